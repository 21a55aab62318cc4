# How a library is linked that not every user of another one needs. In the cache, because whoever links must know it, in whatever folder.
set(CMAKE_LINK_LIBRARY_USING_INVISIBLUR_AS_NEEDED "LINKER:--push-state,--as-needed" "<LINK_ITEM>" "LINKER:--pop-state" CACHE INTERNAL "")
set(CMAKE_LINK_LIBRARY_USING_INVISIBLUR_AS_NEEDED_SUPPORTED TRUE CACHE INTERNAL "")
