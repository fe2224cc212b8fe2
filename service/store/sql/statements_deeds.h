// Statements of deeds and the ledger. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_DEEDS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_DEEDS_H_

// clang-format off
#define COMITY_SQL_DEEDS(X) \
  /* ledger */ \
  X(LockHead, \
    "UPDATE ledger_head SET sequence = sequence WHERE id = 1 RETURNING sequence, chain_hash") \
  X(FindHead, \
    "SELECT sequence, chain_hash FROM ledger_head WHERE id = 1") \
  X(UpdateHead, \
    "UPDATE ledger_head SET sequence = ?1, chain_hash = ?2 WHERE id = 1") \
  X(InsertLedger, \
    "INSERT INTO ledger (sequence, created, deed, line, revision, leaf, leaf_hash, chain_hash) VALUES (?1, ?2, ?3, ?4, ?5, " \
    "?6, ?7, ?8)") \
  X(ReadLedger, \
    "SELECT sequence, created, leaf, leaf_hash, chain_hash FROM ledger WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2") \
  X(EntriesOfDeed, \
    "SELECT sequence, created, leaf, leaf_hash, chain_hash FROM ledger WHERE deed = ?1") \
  X(PutLine, \
    "INSERT INTO lines (subject, line, sequence) VALUES (?1, ?2, ?3) ON CONFLICT (subject, line) DO UPDATE SET sequence = " \
    "excluded.sequence") \
  X(LinesOfSubject, \
    "SELECT lines.line, ledger.leaf FROM lines JOIN ledger ON ledger.sequence = lines.sequence WHERE lines.subject = ?1 " \
    "ORDER BY lines.line") \
  X(AllLines, \
    "SELECT lines.line, ledger.leaf, lines.subject FROM lines JOIN ledger ON ledger.sequence = lines.sequence WHERE " \
    "(lines.subject, lines.line) > (?1, ?2) ORDER BY lines.subject, lines.line LIMIT ?3") \
  /* deeds */ \
  X(FindDeed, \
    "SELECT bytes, first_stored, last_sequence FROM deeds WHERE hash = ?1") \
  X(DeedsOfSubject, \
    "SELECT bytes, first_stored, last_sequence FROM deeds WHERE subject = ?1 ORDER BY hash") \
  X(PutDeed, \
    "INSERT INTO deeds (hash, day, subject, first_stored, last_sequence, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT " \
    "(hash) DO UPDATE SET day = excluded.day, subject = excluded.subject, last_sequence = excluded.last_sequence, bytes = " \
    "excluded.bytes") \
  X(DeleteDeed, \
    "DELETE FROM deeds WHERE hash = ?1") \
  X(InsertDeedPerson, \
    "INSERT INTO deed_people (person, day, hash) VALUES (?1, ?2, ?3) ON CONFLICT (person, day, hash) DO NOTHING") \
  X(DeleteDeedPerson, \
    "DELETE FROM deed_people WHERE person = ?1 AND day = ?2 AND hash = ?3") \
  X(InsertDeedTeam, \
    "INSERT INTO deed_teams (team, day, hash) VALUES (?1, ?2, ?3) ON CONFLICT (team, day, hash) DO NOTHING") \
  X(DeleteDeedTeam, \
    "DELETE FROM deed_teams WHERE team = ?1 AND day = ?2 AND hash = ?3") \
  X(ListDeeds, \
    "SELECT day, hash FROM deeds WHERE day >= ?1 AND day <= ?2 AND (day < ?2 OR hash > ?3) ORDER BY day DESC, hash LIMIT ?4") \
  X(ListDeedsOfPerson, \
    "SELECT day, hash FROM deed_people WHERE person = ?5 AND day >= ?1 AND day <= ?2 AND (day < ?2 OR hash > ?3) ORDER BY " \
    "day DESC, hash LIMIT ?4") \
  X(ListDeedsOfTeam, \
    "SELECT day, hash FROM deed_teams WHERE team = ?5 AND day >= ?1 AND day <= ?2 AND (day < ?2 OR hash > ?3) ORDER BY day " \
    "DESC, hash LIMIT ?4") \
  /* rollups */ \
  X(AddToRollup, \
    "INSERT INTO rollups (is_week, start_day, helper_team, helped_team, kind, stance, line_count, share_ppm) VALUES (?1, " \
    "?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (is_week, start_day, helper_team, helped_team, kind, stance) DO UPDATE SET " \
    "line_count = rollups.line_count + excluded.line_count, share_ppm = rollups.share_ppm + excluded.share_ppm RETURNING " \
    "line_count, share_ppm") \
  X(DeleteRollup, \
    "DELETE FROM rollups WHERE is_week = ?1 AND start_day = ?2 AND helper_team = ?3 AND helped_team = ?4 AND kind = ?5 AND " \
    "stance = ?6") \
  X(AllRollups, \
    "SELECT is_week, start_day, helper_team, helped_team, kind, stance, line_count, share_ppm FROM rollups") \
  X(AddToWeekPerson, \
    "INSERT INTO week_people (week_start_day, helper_team, helped_team, helper_side, person, total) VALUES (?1, ?2, ?3, ?4, " \
    "?5, ?6) ON CONFLICT (week_start_day, helper_team, helped_team, helper_side, person) DO UPDATE SET total = " \
    "week_people.total + excluded.total RETURNING total") \
  X(DeleteWeekPerson, \
    "DELETE FROM week_people WHERE week_start_day = ?1 AND helper_team = ?2 AND helped_team = ?3 AND helper_side = ?4 AND " \
    "person = ?5") \
  X(AllWeekPeople, \
    "SELECT week_start_day, helper_team, helped_team, helper_side, person, total FROM week_people") \
  /* what people said */ \
  X(PutStatement, \
    "INSERT INTO statements (uid, subject, kind, deed_kind, deed_subject, episode, deed_person, author, said, shares, " \
    "by_helper) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (uid) DO UPDATE SET subject = " \
    "excluded.subject, kind = excluded.kind, deed_kind = excluded.deed_kind, deed_subject = excluded.deed_subject, episode " \
    "= excluded.episode, deed_person = excluded.deed_person, author = excluded.author, said = excluded.said, shares = " \
    "excluded.shares, by_helper = excluded.by_helper") \
  X(StatementsOfSubject, \
    "SELECT uid, subject, kind, deed_kind, deed_subject, episode, deed_person, author, said, shares, by_helper FROM " \
    "statements WHERE subject = ?1 ORDER BY said, uid") \
  X(PutStatementText, \
    "INSERT INTO statement_texts (uid, author, because) VALUES (?1, ?2, ?3) ON CONFLICT (uid) DO UPDATE SET author = " \
    "excluded.author, because = excluded.because") \
  X(FindStatementText, \
    "SELECT because FROM statement_texts WHERE uid = ?1") \
  X(DeleteStatementText, \
    "DELETE FROM statement_texts WHERE uid = ?1") \
  X(DeleteStatementTextsBy, \
    "DELETE FROM statement_texts WHERE author = ?1") \
  X(PutProposal, \
    "INSERT INTO proposals (uid, deed, deed_kind, deed_subject, episode, deed_person, author, by_helper, created, shares, " \
    "pending) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (uid) DO UPDATE SET deed = excluded.deed, " \
    "deed_kind = excluded.deed_kind, deed_subject = excluded.deed_subject, episode = excluded.episode, deed_person = " \
    "excluded.deed_person, author = excluded.author, by_helper = excluded.by_helper, created = excluded.created, shares = " \
    "excluded.shares, pending = excluded.pending") \
  X(ProposalsOfDeed, \
    "SELECT uid, deed, deed_kind, deed_subject, episode, deed_person, author, by_helper, created, shares, pending FROM " \
    "proposals WHERE deed = ?1 ORDER BY created, uid") \
  X(DeleteProposal, \
    "DELETE FROM proposals WHERE uid = ?1") \
  X(PutProposalText, \
    "INSERT INTO proposal_texts (uid, author, because) VALUES (?1, ?2, ?3) ON CONFLICT (uid) DO UPDATE SET author = " \
    "excluded.author, because = excluded.because") \
  X(FindProposalText, \
    "SELECT because FROM proposal_texts WHERE uid = ?1") \
  X(DeleteProposalText, \
    "DELETE FROM proposal_texts WHERE uid = ?1") \
  X(DeleteProposalTextsBy, \
    "DELETE FROM proposal_texts WHERE author = ?1") \
  X(InsertShared, \
    "INSERT INTO shared_deeds (deed, person) VALUES (?1, ?2) ON CONFLICT (deed, person) DO NOTHING") \
  X(DeleteShared, \
    "DELETE FROM shared_deeds WHERE deed = ?1 AND person = ?2") \
  X(SharedOfDeed, \
    "SELECT person FROM shared_deeds WHERE deed = ?1 ORDER BY person") \
  /* policies */ \
  X(PutPolicy, \
    "INSERT INTO policies (number, bytes) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET bytes = excluded.bytes") \
  X(AllPolicies, \
    "SELECT bytes FROM policies ORDER BY number")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_DEEDS_H_
