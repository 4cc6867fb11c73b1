# Flags for everything: warnings, hardening, reproducible arithmetic, sanitizers.
find_program(CCACHE ccache)
if(CCACHE)
  # What a precompiled header defines is part of the key all the same; without this nothing that uses one is kept.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(-fpch-preprocess)
else()
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Scores are part of the hash chain: no fused multiply-add, so that every machine gets the same bits.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow=local -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers
  -ffp-contract=off -fno-strict-overflow -fno-delete-null-pointer-checks)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  add_compile_options(-Wno-unknown-warning-option)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

if(AEPRO_SANITIZE)
  add_compile_options(-O1 -g1 -fno-omit-frame-pointer -fsanitize=${AEPRO_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${AEPRO_SANITIZE})
else()
  if(AEPRO_CHECKS)
    add_compile_options(-D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection
      -fcf-protection=full -ftrivial-auto-var-init=zero)
    if(CMAKE_BUILD_TYPE MATCHES Rel)
      add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    endif()
  else()
    add_compile_definitions(AEPRO_NO_CHECKS)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
  endif()
endif()
