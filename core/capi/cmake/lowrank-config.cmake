# find_package(lowrank 0.1 REQUIRED CONFIG); target_link_libraries(program PRIVATE lowrank::lowrank)
#
# The folders are those beside this file, wherever the package was moved to.
get_filename_component(lowrank_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET lowrank::lowrank)
  add_library(lowrank::lowrank STATIC IMPORTED)
  set_target_properties(lowrank::lowrank PROPERTIES
    IMPORTED_LOCATION "${lowrank_prefix}/lib/${CMAKE_STATIC_LIBRARY_PREFIX}lowrank${CMAKE_STATIC_LIBRARY_SUFFIX}"
    INTERFACE_INCLUDE_DIRECTORIES "${lowrank_prefix}/include")
endif()
unset(lowrank_prefix)
