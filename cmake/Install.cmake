# What `cmake --install` puts where; nothing in it depends on the prefix, so the tree can be moved.
include(CMakePackageConfigHelpers)

install(TARGETS invisiblur invisiblur_job EXPORT InvisiblurTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS invisiblur_core invisiblur_static EXPORT InvisiblurStaticTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/invisiblur DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# OPTIONAL: a build that was configured before scripts/setup fetched the models still installs.
install(FILES models/centerface.onnx models/yunet_s.onnx models/yunet_s.LICENSE models/text_detector.onnx models/text_detector.LICENSE models/face_descriptor.onnx
  models/face_landmarks_5.dat models/face_descriptor.LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/invisiblur OPTIONAL)
if(TARGET invis-serve)
  install(TARGETS invis-serve RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET invis-transcode)
  install(TARGETS invis-transcode RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${INVISIBLUR_MAN} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${INVISIBLUR_BASH} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${INVISIBLUR_ZSH} DESTINATION ${INVISIBLUR_ZSH_FOLDER})
endif()

# CMake package. The static library's own dependencies are looked for only where somebody links it.
set(INVISIBLUR_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Invisiblur)
install(EXPORT InvisiblurTargets NAMESPACE Invisiblur:: DESTINATION ${INVISIBLUR_CMAKE_DIR})
install(EXPORT InvisiblurStaticTargets NAMESPACE Invisiblur:: DESTINATION ${INVISIBLUR_CMAKE_DIR})
configure_package_config_file(cmake/InvisiblurConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/InvisiblurConfig.cmake
  INSTALL_DESTINATION ${INVISIBLUR_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/InvisiblurConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cmake/InvisiblurConfig.cmake ${CMAKE_BINARY_DIR}/cmake/InvisiblurConfigVersion.cmake cmake/AsNeeded.cmake
  DESTINATION ${INVISIBLUR_CMAKE_DIR})

# pkg-config. ${pcfiledir} makes it follow the tree wherever it is moved.
file(RELATIVE_PATH INVISIBLUR_PC_UP /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(libinvisiblur.pc.in ${CMAKE_BINARY_DIR}/cmake/libinvisiblur.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/cmake/libinvisiblur.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
