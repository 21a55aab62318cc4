# Other engines for the network: modules of their own, built where they are found, loaded when --engine asks for one or auto finds it. The
# library needs none. Sanitizers cannot look into libraries that were built without them, and take what they do for faults: those builds have
# OpenCV's engine alone.
if(INVISIBLUR_SANITIZE)
  return()
endif()

function(invisiblur_engine name)
  add_library(invisiblur_${name} MODULE src/detect/engines/${name}.cpp)
  file(MAKE_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/invisiblur-engines)
  target_include_directories(invisiblur_${name} PRIVATE src)
  target_link_libraries(invisiblur_${name} PRIVATE invisiblur_warnings ${ARGN})
  set_target_properties(invisiblur_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden INSTALL_RPATH "$ORIGIN"
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/invisiblur-engines)
  install(TARGETS invisiblur_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/invisiblur-engines)
  add_dependencies(invisiblur_core invisiblur_${name})  # who builds one program alone gets it too
  add_dependencies(invisiblur invisiblur_${name})
endfunction()

# OpenVINO: from scripts/setup, or the machine's own.
set(INVISIBLUR_OPENVINO ${PROJECT_SOURCE_DIR}/.engines/openvino)
find_package(OpenVINO QUIET COMPONENTS Runtime HINTS ${INVISIBLUR_OPENVINO}/openvino/cmake)
if(OpenVINO_FOUND)
  message(STATUS "Engine openvino: ${OpenVINO_VERSION}")
  invisiblur_engine(openvino openvino::runtime)
  # Only what runs this network on a processor; the rest of the wheel is for other formats and devices.
  file(GLOB INVISIBLUR_OPENVINO_LIBS ${INVISIBLUR_OPENVINO}/openvino/libs/libopenvino.so.* ${INVISIBLUR_OPENVINO}/openvino/libs/libopenvino_onnx_frontend.so.*
    ${INVISIBLUR_OPENVINO}/openvino/libs/libopenvino_intel_cpu_plugin.so ${INVISIBLUR_OPENVINO}/openvino/libs/libtbb.so.*
    ${INVISIBLUR_OPENVINO}/openvino/libs/libtbbbind_2_5.so.* ${INVISIBLUR_OPENVINO}/openvino/libs/libhwloc.so.*)
  # A build's folder looks as the installed one will: the module finds them beside itself, and holds no path of this machine, of whatever length.
  foreach(library IN LISTS INVISIBLUR_OPENVINO_LIBS)
    get_filename_component(file ${library} NAME)
    file(CREATE_LINK ${library} ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/invisiblur-engines/${file} SYMBOLIC)
    set_target_properties(invisiblur_openvino PROPERTIES BUILD_WITH_INSTALL_RPATH ON)
  endforeach()
  set_property(GLOBAL PROPERTY INVISIBLUR_ENGINES ${INVISIBLUR_OPENVINO_LIBS})
  install(FILES ${INVISIBLUR_OPENVINO_LIBS} DESTINATION ${CMAKE_INSTALL_LIBDIR}/invisiblur-engines)
  file(GLOB INVISIBLUR_OPENVINO_LICENCES ${INVISIBLUR_OPENVINO}/openvino-*.dist-info/licenses/LICENSE ${INVISIBLUR_OPENVINO}/openvino-*.dist-info/licenses/licensing/*.txt)
  install(FILES ${INVISIBLUR_OPENVINO_LICENCES} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/invisiblur-openvino)
endif()

# ONNX Runtime: its wheel has no header, so only where both are installed (Debian 13's libonnxruntime-dev), or with -DONNXRUNTIME_ROOT=FOLDER.
find_path(ONNXRUNTIME_INCLUDE onnxruntime_c_api.h HINTS ${ONNXRUNTIME_ROOT} PATH_SUFFIXES include include/onnxruntime include/onnxruntime/core/session)
find_library(ONNXRUNTIME_LIBRARY onnxruntime HINTS ${ONNXRUNTIME_ROOT} PATH_SUFFIXES lib)
if(ONNXRUNTIME_INCLUDE AND ONNXRUNTIME_LIBRARY)
  message(STATUS "Engine onnxruntime: ${ONNXRUNTIME_LIBRARY}")
  invisiblur_engine(onnxruntime ${ONNXRUNTIME_LIBRARY})
  target_include_directories(invisiblur_onnxruntime SYSTEM PRIVATE ${ONNXRUNTIME_INCLUDE})
endif()
