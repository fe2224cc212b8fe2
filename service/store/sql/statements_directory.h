// Statements of the directory. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_DIRECTORY_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_DIRECTORY_H_

// clang-format off
#define COMITY_SQL_DIRECTORY(X) \
  /* counters */ \
  X(AddToCounter, \
    "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = counters.value + " \
    "excluded.value") \
  X(FindCounter, \
    "SELECT value FROM counters WHERE name = ?1") \
  /* people */ \
  X(AllPeople, \
    "SELECT uid, id, display_name, former, opted_out, salt FROM people ORDER BY uid") \
  X(PutPerson, \
    "INSERT INTO people (uid, id, display_name, former, opted_out, salt) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (uid) DO " \
    "UPDATE SET id = excluded.id, display_name = excluded.display_name, former = excluded.former, opted_out = people.opted_out | " \
    "excluded.opted_out") \
  X(SetPersonOptedOut, \
    "UPDATE people SET opted_out = ?2 WHERE uid = ?1") \
  X(DeletePerson, \
    "DELETE FROM people WHERE uid = ?1") \
  X(PutOptOut, \
    "INSERT INTO opt_outs (person, opted_out, changed) VALUES (?1, ?2, ?3) ON CONFLICT (person) DO UPDATE SET opted_out = " \
    "excluded.opted_out, changed = excluded.changed") \
  X(FindOptOut, \
    "SELECT opted_out, changed FROM opt_outs WHERE person = ?1") \
  X(FindPersonOptedOut, \
    "SELECT opted_out FROM people WHERE uid = ?1") \
  X(DeleteOptOut, \
    "DELETE FROM opt_outs WHERE person = ?1") \
  /* teams */ \
  X(AllTeams, \
    "SELECT uid, id, display_name, parent, function, end_day FROM teams ORDER BY uid") \
  X(PutTeam, \
    "INSERT INTO teams (uid, id, display_name, parent, function, end_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (uid) " \
    "DO UPDATE SET id = excluded.id, display_name = excluded.display_name, parent = excluded.parent, function = " \
    "excluded.function, end_day = excluded.end_day") \
  X(DeleteTeam, \
    "DELETE FROM teams WHERE uid = ?1") \
  /* memberships and ownership */ \
  X(AllMemberships, \
    "SELECT person, team, start_day, end_day, is_primary FROM memberships ORDER BY person, place") \
  X(DeleteMemberships, \
    "DELETE FROM memberships WHERE person = ?1") \
  X(InsertMembership, \
    "INSERT INTO memberships (person, place, team, start_day, end_day, is_primary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  X(AllOwnership, \
    "SELECT file_order, pattern, team, start_day, end_day FROM ownership ORDER BY place") \
  X(DeleteOwnership, \
    "DELETE FROM ownership") \
  X(InsertOwnership, \
    "INSERT INTO ownership (place, file_order, pattern, team, start_day, end_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
  /* accounts */ \
  X(AllLinkedAccounts, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE person IS NOT NULL") \
  X(AllBots, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE declared_bot = 1 " \
    "OR kind = 2") \
  X(FindAccountByName, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE name = ?1") \
  X(FindAccount, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE uid = ?1") \
  X(ListAccounts, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE name > ?1 ORDER BY " \
    "name LIMIT ?2") \
  X(ListUnlinkedAccounts, \
    "SELECT uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt FROM accounts WHERE person IS NULL AND " \
    "name > ?1 ORDER BY name LIMIT ?2") \
  X(PutAccount, \
    "INSERT INTO accounts (uid, name, login, kind, person, linked_by_file, declared_bot, first_seen, salt) VALUES (?1, ?2, ?3, " \
    "?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (uid) DO UPDATE SET name = excluded.name, login = excluded.login, kind = " \
    "excluded.kind, person = excluded.person, linked_by_file = excluded.linked_by_file, declared_bot = " \
    "excluded.declared_bot") \
  X(UpdateSighting, \
    "UPDATE accounts SET login = ?2, kind = ?3, first_seen = ?4 WHERE uid = ?1") \
  X(ForgetAccountsOf, \
    "UPDATE accounts SET person = NULL, linked_by_file = 0, login = '', salt = NULL WHERE person = ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_DIRECTORY_H_
