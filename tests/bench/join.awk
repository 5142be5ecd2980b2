# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# join.awk FIGURES LOG: rows and points of a run, by what the plugin counted (FIGURES, see
# docs/performance.md) and what the guest said (LOG). Both count instructions and have to agree; all
# round trips of a case have to be alike. Prints, with tabs between:
#   row    CASE   FORM  INSTRUCTIONS SYSREG BARRIERS LOADS STORES
#   point  SERIES FORM  X INSTRUCTIONS

function bad(what)
{
    print "# " name ": " what > "/dev/stderr"
    failed = 1
}

FNR == NR {
    if ($1 == "case" && $3 == "EL2") {
        windows[$2] = $4
        alike[$2] = $5
        instructions[$2] = $8
        rest[$2] = $9 "\t" $10 "\t" $11 "\t" $12
    }
    next
}

$1 == "#" && ($2 == "row" || $2 == "point") {
    kind = $2
    number = $3
    measured = $4
    x = $5
    sub(/^# [a-z]+ [0-9]+ [0-9]+ /, "")
    if (kind == "point") {
        sub(/^[0-9]+ /, "")
    }
    name = $0
    form = $0
    sub(/; [^;]*$/, "", name)
    sub(/^.*; /, "", form)
    if (!(number in instructions)) {
        bad("the plugin did not see it")
    } else if (instructions[number] != measured) {
        bad("PMU " measured ", plugin " instructions[number])
    } else if (alike[number] != windows[number]) {
        bad(windows[number] - alike[number] " of " windows[number] " round trips differ")
    }
    if (kind == "row") {
        print "row\t" name "\t" form "\t" measured "\t" rest[number]
    } else {
        print "point\t" name "\t" form "\t" x "\t" measured
    }
    rows++
}
END { exit failed || !rows }
