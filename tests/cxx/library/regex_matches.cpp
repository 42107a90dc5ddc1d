/* Regular expressions: groups, back references, assertions, the grammars, iteration, replacement,
 * syntax errors by code, and a thousand-fold repetition. */
#include "../check.h"

#include <regex>
#include <string>
#include <thread>
#include <vector>

int main()
{
    std::regex date(R"((\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?)");
    std::string text = "from 2024-02-29T12:30 to 2025-01-01, not 24-1-1";
    for (std::sregex_iterator at(text.begin(), text.end(), date), end; at != end; ++at)
        std::printf("%s at %td, time '%s' %d\n", at->str(1).c_str(), at->position(),
                    at->str(4).c_str(), (*at)[4].matched);
    std::printf("%s\n", std::regex_replace(text, date, "$3.$2.$1").c_str());
    std::printf(
        "%s\n",
        std::regex_replace(text, date, "[$&]", std::regex_constants::format_first_only).c_str());
    std::regex blank("[ ,]+");
    std::sregex_token_iterator word(text.begin(), text.end(), blank, -1), none;
    std::printf("%td words\n", std::distance(word, none));

    auto matches = [](const char *what, const char *pattern, auto flags) {
        return int(std::regex_match(what, std::regex(pattern, flags)));
    };
    std::printf("%d%d%d%d\n", matches("abcabc", "(abc)\\1", std::regex::ECMAScript),
                matches("ABC", "a[b-c]+", std::regex::icase),
                matches("a+b", "a+b", std::regex::basic),
                matches("xyz", "(x|y|z)*", std::regex::extended));
    std::printf("%d%d%d\n", matches("foobar", "foo(?=bar).*", std::regex::ECMAScript),
                matches("foobaz", "foo(?!baz).*", std::regex::ECMAScript),
                matches("a_1", "[[:alpha:]_]+[[:digit:]]", std::regex::awk));
    for (const char *pattern : {"(", "[b-a]", "a{2,1}", "*", "\\", "[[:none:]]"}) {
        try {
            std::regex broken(pattern);
            std::printf("'%s' is taken\n", pattern);
        } catch (const std::regex_error &error) {
            std::printf("'%s': %d\n", pattern, int(error.code()));
        }
    }
    std::string many(2000, 'a');
    CHECK(std::regex_match(many + "b", std::regex("a*b")));

    std::vector<std::thread> all;
    std::atomic<int> found = 0;
    for (int t = 0; t < 4; t++) /* one expression, many threads */
        all.emplace_back([&] {
            for (int i = 0; i < 50; i++)
                found += std::regex_search(text, date);
        });
    for (std::thread &one : all)
        one.join();
    std::printf("%d found\n", found.load());
    return check_done();
}
