#pragma once

namespace invisiblur::serve {

/// Whether allow_known_system_calls() knows this machine's architecture; elsewhere it changes nothing.
bool knows_system_calls();

/// Leaves to this process and all its threads what decoding and encoding ask of the kernel: memory, threads, files, clocks. All else fails
/// with EPERM: no sockets, no programs, no signals to others, no looking into others, no other way to have the kernel do any of it.
/// There is no way back. Needs PR_SET_NO_NEW_PRIVS.
/// Errors: std::runtime_error where the kernel refuses.
void allow_known_system_calls();

}  // namespace invisiblur::serve
