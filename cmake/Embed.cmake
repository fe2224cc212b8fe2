# Writes OUT, a .cc that defines `const std::string_view NAME` in namespace comity::domain with the text of the file IN.
# Used as: cmake -DIN=… -DOUT=… -DNAME=… -P Embed.cmake
file(READ ${IN} text)
string(FIND "${text}" ")~text~\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${IN} contains the closing delimiter )~text~\"")
endif()
file(WRITE ${OUT} "#include <string_view>\n\nnamespace comity::domain {\nextern const std::string_view ${NAME};\nconst std::string_view ${NAME} = R\"~text~(")
file(APPEND ${OUT} "${text}")
file(APPEND ${OUT} ")~text~\";\n}  // namespace comity::domain\n")
