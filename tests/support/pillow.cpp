#include "support/pillow.hpp"

#include "support/at_hand.hpp"
#include "support/process.hpp"

namespace invisiblur::test {
namespace {

/// The system's own: what else is called python3 does not see Debian's packages.
constexpr const char* kPython = "/usr/bin/python3";

}  // namespace

bool has_pillow() {
    return at_hand(run({kPython, "-c", "import PIL"}).status == 0, "no Pillow (python3-pil); run scripts/setup tests");
}

std::string pillow(const std::string& lines, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{kPython, "-c", "import sys\nfrom PIL import Image, ImageSequence\n" + lines};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return must_run(command);
}

std::string pillow_facts(const std::string& path) {
    const std::string facts = pillow(R"(
im = Image.open(sys.argv[1])
text = f"{im.format} {im.mode} {im.width}x{im.height} loop={im.info.get('loop')}"
for i in range(getattr(im, 'n_frames', 1)):
    im.seek(i)
    im.load()
    text += f" {round(im.info.get('duration') or 0)}"
print(text)
)", {path});
    return facts.substr(0, facts.find('\n'));
}

}  // namespace invisiblur::test
