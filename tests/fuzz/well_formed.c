/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Judges of output: see well_formed.h. They know nothing of the tools that write it. */

#include "well_formed.h"

#include <string.h>

#define DEPTH_MAX 64u

struct text {
    const char *at, *end;
};

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

bool lines_are_plain(const char *text, size_t size, size_t lines)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') {
            lines--;
        } else if (!is_printable(text[i])) {
            return false;
        }
    }
    return lines == 0 && (size == 0 || text[size - 1] == '\n');
}

/* ---- Scanning ---- */

static char next(const struct text *text)
{
    return text->at < text->end ? *text->at : '\0';
}

static bool pass(struct text *text, char wanted)
{
    bool there = text->at < text->end && *text->at == wanted;

    text->at += there;
    return there;
}

static bool pass_word(struct text *text, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(text->end - text->at) < size || memcmp(text->at, word, size) != 0) {
        return false;
    }
    text->at += size;
    return true;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* How many characters of a set stood here. */
static size_t pass_all(struct text *text, const char *set)
{
    const char *from = text->at;

    while (text->at < text->end && is_one_of(*text->at, set)) {
        text->at++;
    }
    return (size_t)(text->at - from);
}

/* ---- JSON ---- */

#define DIGITS "0123456789"
#define HEX DIGITS "abcdefABCDEF"

static bool json_escape(struct text *text)
{
    if (pass(text, 'u')) {
        for (int i = 0; i < 4; i++) {
            if (!is_one_of(next(text), HEX)) {
                return false;
            }
            text->at++;
        }
        return true;
    }
    if (!is_one_of(next(text), "\"\\/bfnrt")) {
        return false;
    }
    text->at++;
    return true;
}

static bool json_string_is_whole(struct text *text)
{
    if (!pass(text, '"')) {
        return false;
    }
    while (!pass(text, '"')) {
        if (pass(text, '\\')) {
            if (!json_escape(text)) {
                return false;
            }
        } else if (!is_printable(next(text))) {
            return false;
        } else {
            text->at++;
        }
    }
    return true;
}

static bool json_number(struct text *text)
{
    (void)pass(text, '-');
    if (!pass(text, '0') && pass_all(text, DIGITS) == 0) {
        return false;
    }
    if (pass(text, '.') && pass_all(text, DIGITS) == 0) {
        return false;
    }
    return !is_one_of(next(text), DIGITS "eE.+-"); /* no exponents: nobody here writes them */
}

static bool json_scalar(struct text *text)
{
    char c = next(text);

    if (c == '"') {
        return json_string_is_whole(text);
    }
    return is_one_of(c, "-" DIGITS)
               ? json_number(text)
               : pass_word(text, "true") || pass_word(text, "false") || pass_word(text, "null");
}

static void json_space(struct text *text)
{
    (void)pass_all(text, " \n");
}

/* What stands before a value: in an object, its name. */
static bool json_name(struct text *text, char closer)
{
    json_space(text);
    if (closer != '}') {
        return true;
    }
    if (!json_string_is_whole(text)) {
        return false;
    }
    json_space(text);
    return pass(text, ':');
}

/* Enters an object or an array, if one begins here. */
static bool json_open(struct text *text, char *closers, size_t *depth)
{
    char closer = next(text) == '{' ? '}' : next(text) == '[' ? ']' : '\0';

    if (closer == '\0' || *depth == DEPTH_MAX) {
        return false;
    }
    text->at++;
    closers[(*depth)++] = closer;
    return true;
}

/* Leaves all that is closed here. */
static void json_close(struct text *text, const char *closers, size_t *depth)
{
    json_space(text);
    while (*depth != 0 && pass(text, closers[*depth - 1])) {
        --*depth;
        json_space(text);
    }
}

static bool json_value(struct text *text)
{
    char closers[DEPTH_MAX];
    size_t depth = 0;

    for (;;) {
        json_space(text);
        if (json_open(text, closers, &depth)) {
            json_space(text);
            if (next(text) != closers[depth - 1]) {
                if (!json_name(text, closers[depth - 1])) {
                    return false;
                }
                continue; /* its first value */
            }
        } else if (!json_scalar(text)) {
            return false;
        }
        json_close(text, closers, &depth);
        if (depth == 0) {
            return true;
        }
        if (!pass(text, ',') || !json_name(text, closers[depth - 1])) {
            return false;
        }
    }
}

bool json_is_whole(const char *from, size_t size, size_t documents)
{
    struct text text = { from, from + size };

    for (; documents > 0; documents--) {
        if (!json_value(&text)) {
            return false;
        }
    }
    json_space(&text);
    return text.at == text.end;
}

/* ---- HTML ---- */

struct tag {
    const char *name;
    size_t size;
};

static bool is_tag(const struct tag *tag, const char *name)
{
    return strlen(name) == tag->size && memcmp(tag->name, name, tag->size) == 0;
}

static bool is_any(const struct tag *tag, const char *const *names)
{
    while (*names != NULL && !is_tag(tag, *names)) {
        names++;
    }
    return *names != NULL;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* name="value", the value without a quote or a bracket in it. */
static bool html_attribute(struct text *text)
{
    if (pass_all(text, LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ-" DIGITS) == 0) {
        return false;
    }
    if (!pass(text, '=')) {
        return true;
    }
    if (!pass(text, '"')) {
        return false;
    }
    while (is_printable(next(text)) && !is_one_of(next(text), "\"<>")) {
        text->at++;
    }
    return pass(text, '"');
}

/* From behind the name on; `empty` tells of "/>". */
static bool html_attributes(struct text *text, bool *empty)
{
    for (;;) {
        (void)pass_all(text, " \n");
        *empty = pass(text, '/');
        if (pass(text, '>')) {
            return true;
        }
        if (*empty || !html_attribute(text)) {
            return false;
        }
    }
}

static struct tag html_name(struct text *text)
{
    struct tag tag = { text->at, 0 };

    tag.size = pass_all(text, LETTERS DIGITS);
    return tag;
}

static bool html_tag(struct text *text, struct tag *open, size_t *depth)
{
    static const char *const without_end[] = { "meta", "br", "hr", "col", NULL };
    static const char *const active[] = { "script", "a",    "img",   "iframe", "object",
                                          "embed",  "form", "input", "link",   NULL };
    bool empty = false, closing = pass(text, '/');
    struct tag tag = html_name(text);

    if (closing) {
        bool fits = *depth != 0 && open[*depth - 1].size == tag.size &&
                    memcmp(open[*depth - 1].name, tag.name, tag.size) == 0;
        *depth -= fits;
        return fits && pass(text, '>');
    }
    if (tag.size == 0 || is_any(&tag, active) || !html_attributes(text, &empty)) {
        return false;
    }
    if (!empty && !is_any(&tag, without_end)) {
        if (*depth == DEPTH_MAX) {
            return false;
        }
        open[(*depth)++] = tag;
    }
    return true;
}

static bool html_entity(struct text *text)
{
    if (pass(text, '#')) {
        return pass_all(text, DIGITS) != 0 && pass(text, ';');
    }
    return pass_all(text, LETTERS) != 0 && pass(text, ';');
}

bool html_is_whole(const char *from, size_t size)
{
    struct text text = { from, from + size };
    struct tag open[DEPTH_MAX];
    size_t depth = 0;

    if (!pass_word(&text, "<!DOCTYPE html>")) {
        return false;
    }
    while (text.at < text.end) {
        char c = *text.at++;
        if (c == '<'   ? !html_tag(&text, open, &depth)
            : c == '&' ? !html_entity(&text)
                       : !is_printable(c) && c != '\n' && c != '\t') {
            return false;
        }
        if (depth != 0 && is_tag(&open[depth - 1], "style")) { /* text up to its end */
            while (text.at < text.end && *text.at != '<') {
                text.at++;
            }
        }
    }
    return depth == 0;
}
