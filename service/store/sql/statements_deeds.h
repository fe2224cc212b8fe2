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
    "INSERT INTO ledger (sequence, created, subject, deed, line, revision, leaf, leaf_hash, chain_hash) VALUES (?1, ?2, ?3, " \
    "?4, ?5, ?6, ?7, ?8, ?9)") \
  X(ReadLedger, \
    "SELECT sequence, created, leaf, leaf_hash, chain_hash FROM ledger WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2") \
  X(EntriesOfSubject, \
    "SELECT sequence, created, leaf, leaf_hash, chain_hash FROM ledger WHERE subject = ?1 AND deed = ?2") \
  X(LinesOfSubject, \
    "SELECT line, leaf FROM ledger WHERE subject = ?1 AND NOT EXISTS (SELECT 1 FROM ledger AS later WHERE later.subject = " \
    "ledger.subject AND later.line = ledger.line AND later.revision > ledger.revision) ORDER BY line") \
  X(AllLines, \
    "SELECT ledger.line, ledger.leaf, subjects.subject FROM subjects CROSS JOIN ledger ON ledger.subject = subjects.number WHERE " \
    "subjects.subject >= ?1 AND (subjects.subject > ?1 OR ledger.line > ?2) AND NOT EXISTS (SELECT 1 FROM ledger AS later " \
    "WHERE later.subject = ledger.subject AND later.line = ledger.line AND later.revision > ledger.revision) ORDER BY " \
    "subjects.subject, ledger.line LIMIT ?3") \
  /* deeds */ \
  X(FindDeed, \
    "SELECT bytes, first_stored, last_sequence, number FROM deeds WHERE hash = ?1") \
  X(DeedsOfSubject, \
    "SELECT bytes, first_stored, last_sequence FROM deeds WHERE subject = ?1 ORDER BY hash") \
  X(PutDeed, \
    "INSERT INTO deeds (hash, day, subject, first_stored, last_sequence, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT " \
    "(hash) DO UPDATE SET day = excluded.day, subject = excluded.subject, last_sequence = excluded.last_sequence, bytes = " \
    "excluded.bytes RETURNING number") \
  X(DeleteDeed, \
    "DELETE FROM deeds WHERE hash = ?1") \
  X(InsertDeedPerson, \
    "INSERT INTO deed_people (day, person, deed) VALUES (?1, ?2, ?3) ON CONFLICT (day, person, deed) DO NOTHING") \
  X(DeleteDeedPerson, \
    "DELETE FROM deed_people WHERE day = ?1 AND person = ?2 AND deed = ?3") \
  X(InsertDeedTeam, \
    "INSERT INTO deed_teams (day, team, deed) VALUES (?1, ?2, ?3) ON CONFLICT (day, team, deed) DO NOTHING") \
  X(DeleteDeedTeam, \
    "DELETE FROM deed_teams WHERE day = ?1 AND team = ?2 AND deed = ?3") \
  X(DayOfDeedsUpTo, \
    "SELECT MAX(day) FROM deeds WHERE day <= ?1 AND day >= ?2") \
  X(DeedsOfDay, \
    "SELECT hash FROM deeds WHERE day = ?1 AND hash > ?2 ORDER BY hash LIMIT ?3") \
  X(DeedsOfDayAndPerson, \
    "SELECT hash FROM deed_people JOIN deeds ON deeds.number = deed_people.deed WHERE deed_people.day = ?1 AND hash > ?2 AND " \
    "person = ?4 ORDER BY hash LIMIT ?3") \
  X(DeedsOfDayAndTeam, \
    "SELECT hash FROM deed_teams JOIN deeds ON deeds.number = deed_teams.deed WHERE deed_teams.day = ?1 AND hash > ?2 AND " \
    "team = ?4 ORDER BY hash LIMIT ?3") \
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
    "SELECT is_week, start_day, helper.uid, helped.uid, kind, stance, line_count, share_ppm FROM rollups LEFT JOIN uids AS " \
    "helper ON helper.number = helper_team LEFT JOIN uids AS helped ON helped.number = helped_team") \
  X(AddToWeekPerson, \
    "INSERT INTO week_people (week_start_day, helper_team, helped_team, helper_side, person, total) VALUES (?1, ?2, ?3, ?4, " \
    "?5, ?6) ON CONFLICT (week_start_day, helper_team, helped_team, helper_side, person) DO UPDATE SET total = " \
    "week_people.total + excluded.total RETURNING total") \
  X(DeleteWeekPerson, \
    "DELETE FROM week_people WHERE week_start_day = ?1 AND helper_team = ?2 AND helped_team = ?3 AND helper_side = ?4 AND " \
    "person = ?5") \
  X(AllWeekPeople, \
    "SELECT week_start_day, helper.uid, helped.uid, helper_side, people.uid, total FROM week_people LEFT JOIN uids AS helper " \
    "ON helper.number = helper_team LEFT JOIN uids AS helped ON helped.number = helped_team LEFT JOIN uids AS people ON " \
    "people.number = person") \
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
  X(FindDeedOfProposal, \
    "SELECT deed FROM proposals WHERE uid = ?1") \
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
