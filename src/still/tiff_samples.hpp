#pragma once
#include <string>

#include "base/bytes.hpp"
#include "still/tiff_form.hpp"

namespace invisiblur::still {

/// All samples of the directory that is open, pixel after pixel and row after row, each in form.sample_bytes() bytes of the machine's order.
/// Errors: std::runtime_error that names the file: damaged or cut off.
Bytes read_tiff_samples(TIFF* tiff, const TiffForm& form, const std::string& name);

/// Writes a directory with these samples, in strips or tiles as the source, all samples of a pixel together.
/// Errors: std::runtime_error that begins with the name.
void write_tiff_page(TIFF* tiff, const TiffForm& form, const Bytes& samples, const std::string& name);

/// Whether a page may lose by being coded again, and can be kept as it is.
bool better_copied(const TiffForm& form);

/// Writes a directory with the coded data of the one that is open in `from`, byte for byte.
/// Errors: std::runtime_error that begins with the name.
void copy_tiff_page(TIFF* from, TIFF* to, const TiffForm& form, const std::string& name);

}  // namespace invisiblur::still
