# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# table.awk BASELINE BENCH: both in the form of bench.json. Two tables, case by convention: EL2
# instructions, beside those of BASELINE where they differ; and of these, system-register accesses,
# barriers, loads and stores. style=text or markdown.

BEGIN {
    FS = "\""
    columns = split("native fast,native slow,SMCCC fast,SMCCC slow,compact,compact spill", form, ",")
    for (i = 1; i <= columns; i++) {
        is_form[form[i]]
    }
}

function value(field)
{
    gsub(/[:,}\] ]/, "", field)
    return field
}

/"case"/ {
    name = $4
    if (!($8 in is_form)) {
        name = name " (" $8 ")"
    }
    column = $8 in is_form ? $8 : form[1]
    if (FILENAME == ARGV[1]) {
        old[name, column] = value($11)
    }
    if (FILENAME == ARGV[2]) {
        if (!(name in seen)) {
            order[++cases] = name
            seen[name]
        }
        found[name, column] = value($11)
        detail[name, column] = value($13) "/" value($15) "/" value($17) "/" value($19)
    }
}

function compared(name, column,    new, old_one)
{
    if (!((name, column) in found)) {
        return "-"
    }
    new = found[name, column]
    if (!((name, column) in old)) {
        return new " new"
    }
    old_one = old[name, column]
    if (new + 0 == old_one + 0) {
        return new
    }
    return new (new + 0 > old_one + 0 ? " > " : " < ") old_one
}

function row(name, cells,    i)
{
    printf style == "markdown" ? "| %s |" : "%-48s", name
    for (i = 1; i <= columns; i++) {
        printf style == "markdown" ? " %s |" : " %15s", cells[i]
    }
    print ""
}

function heading(title,    i)
{
    row(title, form)
    if (style == "markdown") {
        printf "|---|"
        for (i = 1; i <= columns; i++) {
            printf "---:|"
        }
        print ""
    }
}

END {
    heading(style == "markdown" ? "EL2 instructions" : "EL2 instructions per call")
    for (n = 1; n <= cases; n++) {
        for (i = 1; i <= columns; i++) {
            cells[i] = compared(order[n], form[i])
        }
        row(order[n], cells)
    }
    print ""
    heading(style == "markdown" ? "sysreg/barriers/loads/stores" : "sysreg/barriers/loads/stores per call")
    for (n = 1; n <= cases; n++) {
        for (i = 1; i <= columns; i++) {
            cells[i] = (order[n], form[i]) in detail ? detail[order[n], form[i]] : "-"
        }
        row(order[n], cells)
    }
    exit cases == 0
}
