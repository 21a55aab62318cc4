#pragma once
#include <string>

#include "detect/model_file.hpp"

namespace invisiblur::test {

/// Whether a test has what it needs beside the sources. Where it has not, the test says so and is to be left.
/// With CI=true in the environment that is a failure: there scripts/setup has provided everything, and a test that skips is one nobody runs.
/// In: lack, such as "no melt; run scripts/setup tests".
bool at_hand(bool there, const std::string& lack);

/// The same for a face detector's model.
bool has_model(const ModelFile& model = kCenterfaceModel);

/// Whether text can be looked for: its model is there, and an engine that computes it rightly, which builds with sanitizers are without.
bool finds_text();

}  // namespace invisiblur::test
