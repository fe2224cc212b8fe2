// Statements of policies, restatements and accuracy. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_POLICIES_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_POLICIES_H_

// clang-format off
#define COMITY_SQL_POLICIES(X) \
  X(LastPolicy, \
    "SELECT COALESCE(MAX(number), 0) FROM policies") \
  X(PutPolicyRecord, \
    "INSERT INTO policy_records (number, bytes) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET bytes = excluded.bytes") \
  X(DeletePolicyRecord, \
    "DELETE FROM policy_records WHERE number = ?1") \
  X(AllPolicyRecords, \
    "SELECT bytes FROM policy_records ORDER BY number") \
  X(PutRestatement, \
    "INSERT INTO restatements (number, bytes) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET bytes = excluded.bytes") \
  X(DeleteRestatement, \
    "DELETE FROM restatements WHERE number = ?1") \
  X(AllRestatements, \
    "SELECT bytes FROM restatements ORDER BY number") \
  X(AddAccuracy, \
    "INSERT INTO accuracy (kind, policy, suite, instance, untouched, confirmed, corrected, declined) VALUES (?1, ?2, ?3, ?4, " \
    "?5, ?6, ?7, ?8) ON CONFLICT (kind, policy, suite, instance) DO UPDATE SET untouched = accuracy.untouched + " \
    "excluded.untouched, confirmed = accuracy.confirmed + excluded.confirmed, corrected = accuracy.corrected + " \
    "excluded.corrected, declined = accuracy.declined + excluded.declined") \
  X(DropEmptyAccuracy, \
    "DELETE FROM accuracy WHERE kind = ?1 AND policy = ?2 AND suite = ?3 AND instance = ?4 AND untouched = 0 AND confirmed = " \
    "0 AND corrected = 0 AND declined = 0") \
  X(AddAccuracyPerson, \
    "INSERT INTO accuracy_people (kind, policy, suite, instance, person, total) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT " \
    "(kind, policy, suite, instance, person) DO UPDATE SET total = accuracy_people.total + excluded.total RETURNING total") \
  X(DeleteAccuracyPerson, \
    "DELETE FROM accuracy_people WHERE kind = ?1 AND policy = ?2 AND suite = ?3 AND instance = ?4 AND person = ?5") \
  X(AccuracyOf, \
    "SELECT suite, instance, untouched, confirmed, corrected, declined FROM accuracy WHERE kind = ?1 AND policy = ?2 ORDER BY " \
    "suite, instance") \
  X(AccuracyPeople, \
    "SELECT uids.uid FROM accuracy_people JOIN uids ON uids.number = accuracy_people.person WHERE kind = ?1 AND policy = ?2 " \
    "AND suite = ?3 AND instance = ?4 LIMIT ?5")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_POLICIES_H_
