# The demonstration; sourced by service/up, which provides bin, data, hooks and connect().

# deliver NAME EVENT BODY: one signed delivery, as GitHub sends it.
deliver() {
  local secret signature status
  secret=$(cat "$data/demo/github.secret")
  signature=$(openssl dgst -sha256 -hmac "$secret" -r "$3" | cut -d ' ' -f 1)
  status=$(curl -sS -o /dev/null -w '%{http_code}' --max-time 20 "http://$hooks/in/github-acme" -H 'Content-Type: application/json' \
    -H "X-GitHub-Event: $2" -H "X-GitHub-Delivery: demo-$1" -H "X-Hub-Signature-256: sha256=$signature" --data-binary "@$3")
  [[ $status == 2* ]] || fail "the demonstration's delivery $1 was answered with $status"
}

# token FILE OPTION…: makes a token unless its file is there.
token() {
  local file=$1; shift
  [ -e "$file" ] || "$bin/comity" tokens create "$@" --out "$file" >/dev/null
}

# yaml TEXT: a double-quoted YAML scalar.
yaml() { local text=${1//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }

# Whether applying the demonstration's directory would end people of a real one.
holds_an_organisation() {
  local changes
  changes=$("$bin/comity" directory apply service/demo/directory.yaml --dry-run) || fail "the directory in $data cannot be read"
  grep -q '^[x-] ' <<<"$changes"
}

# deed_of ADDRESS: the name of its first deed, if it has one.
deed_of() { "$bin/comity" why "$1" --output=json 2>/dev/null | sed -n 's/.*"deed": *"\(deeds\/[^"]*\)".*/\1/p' | head -n 1 || true; }

run_demo() {
  local demo_dir=service/demo
  mkdir -p "$data/demo"
  # Once only: applying it again would end whoever has been added since.
  if [ ! -e "$data/demo/applied" ]; then
    "$bin/comity" directory apply "$demo_dir/directory.yaml" >/dev/null
    touch "$data/demo/applied"
  fi
  [ -e "$data/demo/github.secret" ] ||
    "$bin/comity" sources create github-acme --suite github --instance github.com --secret-out "$data/demo/github.secret" >/dev/null
  token "$data/demo/connect.token" --role connector --source github-acme
  token "$data/demo/steward.token" --role steward
  token "$data/demo/ana.token" --role member --person ana
  token "$data/demo/ben.token" --role member --person ben
  token "$data/demo/cem.token" --role member --person cem
  if [ ! -e "$data/connect.yaml" ]; then
    cat >"$data/connect.yaml" <<YAML
# Written by service/up. Add your own sources with: comity sources create
server: $grpc
token_file: $(yaml "$data/demo/connect.token")
listen: $hooks
spool_dir: $(yaml "$data/spool")
sources:
  - id: github-acme
    suite: github
    instance: github.com
    secret_files: [$(yaml "$data/demo/github.secret")]
YAML
  fi
  sed -i -e "s/^server: .*/server: $grpc/" -e "s/^listen: .*/listen: $hooks/" "$data/connect.yaml"
  connect "$data/connect.yaml"
  grep -q 'github-acme' "$data/connect.yaml" || return 0  # its owner has taken the demonstration out
  deliver 1 issues "$demo_dir/1-issue-opened.json"
  deliver 2 issue_comment "$demo_dir/2-issue-comment.json"
  deliver 3 issues "$demo_dir/3-issue-closed.json"

  # As Ben, who asked, else as Ana, who helped and alone sees it in a pilot: what a steward reads is listed to those it names.
  local deadline=$((SECONDS + 20)) name= who
  while [ -z "$name" ] && [ $SECONDS -lt $deadline ]; do
    for who in ben ana; do
      export COMITY_TOKEN_FILE=$data/demo/$who.token
      name=$(deed_of https://github.com/acme/billing/issues/12)
      [ -z "$name" ] || break
    done
    [ -n "$name" ] || read -rt 0.05 <> <(:) || true
  done
  [ -n "$name" ] || return 0
  deed_shown=1
  cat <<EOT

The demonstration: three signed GitHub webhooks came in. Ben (Support) opened a ticket in a repository that
Payments owns; Ana (Payments) commented on it, then closed it as done. Comity made one deed of that:

EOT
  "$bin/comity" deeds explain "$name"
  if [ $once = 1 ]; then
    printf '\nEverything is stopped again. To put it right as Ben, Ana or Cem, run service/up without --once.\n'
    return 0
  fi
  local tokens
  tokens=$(quoted "$data/demo")
  cat <<EOT

Now put it right, or thank, in another terminal:
  export PATH=$(quoted "$bin"):\$PATH COMITY_SERVER=$grpc
  export COMITY_TOKEN_FILE=$tokens/ben.token       # as Ben, who asked: one of
    comity deeds confirm $name
    comity deeds correct $name --to ana=70,cem=30 --because "Cem found the cause"
    comity thank $name --saw "You looked at our logs first" --for responded-to-need
  export COMITY_TOKEN_FILE=$tokens/cem.token       # as Cem, whom Ben's correction names
    comity deeds accept $name
  export COMITY_TOKEN_FILE=$tokens/ana.token       # as Ana, who helped
    comity deeds share $name
    comity recognitions list --which received
    comity me numbers
  export COMITY_TOKEN_FILE=$tokens/steward.token   # as the steward, who sees everything; Ana and Ben see that he looked
    comity why https://github.com/acme/billing/issues/12
EOT
}
