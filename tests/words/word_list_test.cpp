#include "words/word_list.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <stdexcept>

#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

std::string failure(const std::string& list) {
    try {
        WordList(list, "w.txt");
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no failure";
}

std::string without(const std::string& list, const std::string& text, bool markup = false) {
    return WordList(list, "w.txt").without(text, markup);
}

}  // namespace

TEST_CASE("words go whole, whatever their case, and their length with them") {
    CHECK(without("anna\n", "Anna and ANNA, Annabel and anna's") == "… and …, Annabel and …'s");
    CHECK(without("anna*\n", "Annabel met Hanna") == "… met Hanna");
    CHECK(without("Anna\r\n\r\nBob", "Bob saw Anna.") == "… saw ….");
}

TEST_CASE("case and accents are compared as Unicode has them") {
    CHECK(without("MÜLLER", "Frau Müller") == "Frau …");
    CHECK(without("m\u00fcller", "Frau Mu\u0308ller") == "Frau …");  // composed, and with a mark behind the letter
    CHECK(without("strasse", "die Straße") == "die …");
    CHECK(without("Αθήνα", "ΑΘΉΝΑ") == "…");
    CHECK(without("anna", "An\u00adna") == "…");  // a soft hyphen is not seen
    CHECK(without("ИВАН*", "с Иваном") == "с …");
}

TEST_CASE("a line of several words means them in that order, and scripts without blanks are searched character by character") {
    CHECK(without("John Smith", "John met John  Smith and Smith") == "John met … and Smith");
    CHECK(without("Jean-Pierre", "with jean pierre") == "with …");
    CHECK(without("\u5f20\u4e09", "\u6211\u53eb\u5f20\u4e09\u3002") == "\u6211\u53eb…\u3002");
}

TEST_CASE("markup does not hide a word, and does not go with others") {
    CHECK(without("anna", "<i>Anna</i> came", true) == "<i>…</i> came");
    CHECK(without("anna", "An<b>na</b> came", true) == "…</b> came");
    CHECK(without("anna", "{\\an8}Anna\\NBob", true) == "{\\an8}…\\NBob");
    CHECK(without("john smith", "John\nSmith", true) == "…\n…");
}

TEST_CASE("lists that say nothing, or everything, are refused with the line") {
    CHECK(failure("anna\n*\n") == "--words w.txt, line 2: \"*\" matches everything: write the beginning of a word before the *");
    CHECK(failure("* *") == "--words w.txt, line 1: \"* *\" matches everything: write the beginning of a word before the *");
    CHECK(failure("*son") == "--words w.txt, line 1: \"*son\" has a * that does not end a word: write it behind the beginning of one");
    CHECK(failure("a*b") == "--words w.txt, line 1: \"a*b\" has a * that does not end a word: write it behind the beginning of one");
    CHECK(failure("...") == "--words w.txt, line 1: \"...\" holds no word");
    CHECK(failure("\n \n") == "--words w.txt holds no word: write one a line");
    CHECK_THROWS_WITH_AS(read_word_list("no/such.txt"), "--words no/such.txt cannot be read: name another file", std::invalid_argument);
}

TEST_CASE("a list in another code than UTF-8 is refused, since its accents would match nothing, and one that begins with its byte order is read") {
    const TempDir dir;
    const std::string path = dir / "w.txt";
    for (const std::string& text : {std::string("M\xFCller\n"), std::string("a\0n\0n\0a\0", 8), std::string("\x1F\x8B\x08\0", 4)}) {
        std::ofstream(path, std::ios::binary) << text;
        CHECK_THROWS_WITH_AS(read_word_list(path), ("--words " + path + " is no text in UTF-8: save it as that").c_str(), std::invalid_argument);
    }
    std::ofstream(path, std::ios::binary) << std::string("\xFF\xFEM\0\xFC\0l\0l\0e\0r\0", 14);
    CHECK(read_word_list(path).without("Frau M\u00fcller") == "Frau \u2026");
    std::ofstream(path, std::ios::binary) << "\xEF\xBB\xBFM\u00fcller\n";
    CHECK(read_word_list(path).without("Frau M\u00fcller") == "Frau \u2026");
}
