# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# compare.awk BENCH: what one convention costs more than another one, in instructions of the same
# call, for each case that both have; and the range of that. Markdown.

BEGIN {
    FS = "\""
    pairs = split("SMCCC fast-native fast,SMCCC slow-native slow,compact-native fast," \
                  "compact spill-native fast,compact spill-SMCCC slow,native slow-native fast", pair, ",")
}

/"case"/ && $4 !~ /^(each|records?) / {
    value = $11
    gsub(/[:, ]/, "", value)
    figure[$4, $8] = value
    if (!($4 in seen)) {
        order[++cases] = $4
        seen[$4]
    }
}

function difference(name, i,    form)
{
    split(pair[i], form, "-")
    if (!((name, form[1]) in figure) || !((name, form[2]) in figure)) {
        return "-"
    }
    return sprintf("%+d", figure[name, form[1]] - figure[name, form[2]])
}

function print_row(name, cells,    i)
{
    printf "| %s |", name
    for (i = 1; i <= pairs; i++) {
        printf " %s |", cells[i]
    }
    print ""
}

END {
    for (i = 1; i <= pairs; i++) {
        cells[i] = pair[i]
        sub(/-/, " over ", cells[i])
    }
    print_row("EL2 instructions", cells)
    printf "|---|"
    for (i = 1; i <= pairs; i++) {
        printf "---:|"
    }
    print ""
    for (n = 1; n <= cases; n++) {
        any = 0
        for (i = 1; i <= pairs; i++) {
            cells[i] = difference(order[n], i)
            any = any || cells[i] != "-"
        }
        if (any) {
            print_row(order[n], cells)
        }
    }
}
