#include "service/store/sql/statements.h"

namespace comity::store::sql {

std::string_view NameOf(Sql sql) {
  static constexpr std::string_view kNames[] = {
#define COMITY_SQL_NAME(name, text) #name,
      COMITY_SQL(COMITY_SQL_NAME)
#undef COMITY_SQL_NAME
  };
  return kNames[static_cast<size_t>(sql)];
}

std::string_view TextOf(Sql sql) {
  static constexpr std::string_view kTexts[] = {
#define COMITY_SQL_TEXT(name, text) text,
      COMITY_SQL(COMITY_SQL_TEXT)
#undef COMITY_SQL_TEXT
  };
  return kTexts[static_cast<size_t>(sql)];
}

}  // namespace comity::store::sql
