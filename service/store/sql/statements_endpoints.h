// Statements of outbound webhooks. X(Name, text)
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_ENDPOINTS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_ENDPOINTS_H_

#define COMITY_SQL_ENDPOINT_COLUMNS                                                                         \
  "number, id, url, types, teams, paused, created, changed, version, secrets, secret_check, last_success, " \
  "last_failure, failure, http_status, consecutive_failures, rests, failing_since, next_attempt, disabled, waiting, missed, missed_since"
#define COMITY_SQL_DELIVERY_COLUMNS \
  "number, uid, endpoint, type, created, body, state, attempts, refusals, last_attempt, next_attempt, failure, http_status"

// clang-format off
#define COMITY_SQL_ENDPOINTS(X) \
  X(AllEndpoints, \
    "SELECT " COMITY_SQL_ENDPOINT_COLUMNS " FROM endpoints") \
  X(FindEndpointById, \
    "SELECT " COMITY_SQL_ENDPOINT_COLUMNS " FROM endpoints WHERE id = ?1") \
  X(FindEndpointByNumber, \
    "SELECT " COMITY_SQL_ENDPOINT_COLUMNS " FROM endpoints WHERE number = ?1") \
  X(InsertEndpoint, \
    "INSERT INTO endpoints (number, id, url, types, teams, paused, created, changed, version, secrets, secret_check, " \
    "last_success, last_failure, failure, http_status, consecutive_failures, rests, failing_since, next_attempt, disabled, waiting, " \
    "missed, missed_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, 0, 0, ?21)") \
  X(UpdateEndpoint, \
    "UPDATE endpoints SET url = ?2, types = ?3, teams = ?4, paused = ?5, changed = ?6, version = ?7, secrets = ?8, " \
    "secret_check = ?9, last_success = ?10, last_failure = ?11, failure = ?12, http_status = ?13, consecutive_failures = ?14, rests = ?15, " \
    "failing_since = ?16, next_attempt = ?17, disabled = ?18 WHERE number = ?1") \
  X(DeleteEndpoint, \
    "DELETE FROM endpoints WHERE number = ?1") \
  X(AddToWaiting, \
    "UPDATE endpoints SET waiting = waiting + ?2 WHERE number = ?1") \
  /* ?3 is when, ?4 the past without end */ \
  X(AddToMissed, \
    "UPDATE endpoints SET missed = missed + ?2, missed_since = CASE WHEN missed_since = ?4 THEN ?3 ELSE missed_since END WHERE number = ?1") \
  X(ForgetMissed, \
    "UPDATE endpoints SET missed = 0, missed_since = ?2 WHERE number = ?1") \
  X(InsertDelivery, \
    "INSERT INTO deliveries (uid, endpoint, type, created, body, state, attempts, refusals, last_attempt, next_attempt, failure, " \
    "http_status) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (uid) DO NOTHING") \
  X(DueDeliveries, \
    "SELECT " COMITY_SQL_DELIVERY_COLUMNS " FROM deliveries WHERE endpoint = ?1 AND state = 1 AND next_attempt <= ?2 ORDER BY next_attempt, " \
    "number LIMIT ?3") \
  X(FindDelivery, \
    "SELECT " COMITY_SQL_DELIVERY_COLUMNS " FROM deliveries WHERE uid = ?1") \
  X(ListDeliveries, \
    "SELECT " COMITY_SQL_DELIVERY_COLUMNS " FROM deliveries WHERE endpoint = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3") \
  X(UpdateDelivery, \
    "UPDATE deliveries SET state = ?2, attempts = ?3, refusals = ?4, last_attempt = ?5, next_attempt = ?6, failure = ?7, http_status = ?8 " \
    "WHERE uid = ?1") \
  X(OldestDeliveries, \
    "SELECT number, endpoint, created, state, last_attempt, next_attempt FROM deliveries WHERE number > ?1 ORDER BY number LIMIT ?2") \
  /* ?2 is now, ?3 when it is due */ \
  X(RedateDelivery, \
    "UPDATE deliveries SET created = ?2, next_attempt = ?3 WHERE number = ?1") \
  X(DeleteDelivery, \
    "DELETE FROM deliveries WHERE number = ?1")
// clang-format on

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_ENDPOINTS_H_
