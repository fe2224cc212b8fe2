// Every statement, once, with its name. Bound, never put together from text; what both engines understand.
#ifndef COMITY_SERVICE_STORE_SQL_STATEMENTS_H_
#define COMITY_SERVICE_STORE_SQL_STATEMENTS_H_

#include <cstddef>
#include <string_view>

#include "service/store/sql/statements_admin.h"
#include "service/store/sql/statements_checkins.h"
#include "service/store/sql/statements_checkpoints.h"
#include "service/store/sql/statements_deeds.h"
#include "service/store/sql/statements_directory.h"
#include "service/store/sql/statements_duties.h"
#include "service/store/sql/statements_endpoints.h"
#include "service/store/sql/statements_events.h"
#include "service/store/sql/statements_policies.h"
#include "service/store/sql/statements_privacy.h"
#include "service/store/sql/statements_recognition.h"

namespace comity::store::sql {

#define COMITY_SQL(X)       \
  COMITY_SQL_DIRECTORY(X)   \
  COMITY_SQL_EVENTS(X)      \
  COMITY_SQL_DEEDS(X)       \
  COMITY_SQL_POLICIES(X)    \
  COMITY_SQL_ADMIN(X)       \
  COMITY_SQL_CHECKPOINTS(X) \
  COMITY_SQL_PRIVACY(X)     \
  COMITY_SQL_RECOGNITION(X) \
  COMITY_SQL_ENDPOINTS(X)   \
  COMITY_SQL_CHECKINS(X)    \
  COMITY_SQL_DUTIES(X)

enum class Sql {
#define COMITY_SQL_ENUM(name, text) k##name,
  COMITY_SQL(COMITY_SQL_ENUM)
#undef COMITY_SQL_ENUM
};
#define COMITY_SQL_COUNT(name, text) +1
inline constexpr size_t kSqlCount = 0 COMITY_SQL(COMITY_SQL_COUNT);
#undef COMITY_SQL_COUNT

std::string_view NameOf(Sql sql);  // `InsertEvent`
std::string_view TextOf(Sql sql);

}  // namespace comity::store::sql

#endif  // COMITY_SERVICE_STORE_SQL_STATEMENTS_H_
