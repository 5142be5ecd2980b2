# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# aims.awk AIMS BENCH: what is reached of tests/bench/aims. style=text or markdown.

function value(field)
{
    gsub(/[:,}\] ]/, "", field)
    return field + 0
}

FILENAME == ARGV[1] {
    if ($0 !~ /^#/) {
        line[++aims] = $0
    }
    next
}

/"case"/ {
    split($0, part, "\"")
    for (i = 10; i <= 18; i += 2) {
        figure[part[4], part[8], part[i]] = value(part[i + 1])
    }
}

function print_row(name, forms, found, must, aim)
{
    if (style == "markdown") {
        printf "| %s | %s | %s | %s | %s |\n", name, forms, must, aim, found
    } else {
        printf "%-92s %6s %6s  %s\n", name ", " forms, must, aim, found
    }
}

function reach(text,    word, form, i, n, what, one, most, least)
{
    split(text, word, "|")
    n = split(word[2], form, ",")
    what = word[3] == "apart" ? "instructions" : word[3]
    for (i = 1; i <= n; i++) {
        if (!((word[1], form[i], what) in figure)) {
            print "aims: no " word[1] ", " form[i] > "/dev/stderr"
            exit 1
        }
        one = figure[word[1], form[i], what]
        most = i == 1 || one > most ? one : most
        least = i == 1 || one < least ? one : least
    }
    one = word[3] == "apart" ? most - least : most
    print_row(word[1] (word[3] == "instructions" ? "" : ", " word[3]), word[2],
        one (one > word[4] ? ", missed" : one > word[5] ? ", above the aim" : ""), word[4], word[5])
}

END {
    print_row("Case", "worst of", "measured", "must", "aim")
    if (style == "markdown") {
        print "|---|---|---:|---:|---|"
    }
    for (a = 1; a <= aims; a++) {
        reach(line[a])
    }
}
