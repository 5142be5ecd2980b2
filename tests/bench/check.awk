# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# check.awk BASELINE BENCH: TAP, a test for each case: no figure of any convention is above BASELINE.
# agree=N: so many rows and points of which counter and plugin agreed (bench ends where they don't);
# again=ok or "not ok": what a second run said.

BEGIN { FS = "\"" }

function value(field)
{
    gsub(/[:,}\] ]/, "", field)
    return field + 0
}

function result(good, text)
{
    printf "%s %d - %s\n", good ? "ok" : "not ok", ++number, text
    failed = failed || !good
}

/"case"/ {
    if (!($4 in seen)) {
        order[++cases] = $4
        seen[$4]
    }
    for (i = 10; i <= 18; i += 2) {
        if (FILENAME == ARGV[1]) {
            old[$4, $8, $i] = value($(i + 1))
            forms[$4] = forms[$4] ($4 SUBSEP $8 in has ? "" : $8 ";")
            has[$4, $8]
        } else {
            new[$4, $8, $i] = value($(i + 1))
            if (!(($4, $8) in has)) {
                forms[$4] = forms[$4] $8 ";"
                has[$4, $8]
            }
        }
    }
}

# What is wrong with a case in one convention, or nothing.
function wrong(name, form,    i, n, kind, text)
{
    if (!((name, form, "instructions") in old)) {
        return form ": was not there before, make bench-update takes it in; "
    }
    if (!((name, form, "instructions") in new)) {
        return form ": was not measured any more; "
    }
    n = split("instructions sysreg barriers loads stores", kind, " ")
    for (i = 1; i <= n; i++) {
        if (new[name, form, kind[i]] > old[name, form, kind[i]]) {
            text = text sprintf("%s: %s grew from %s to %s; ", form, kind[i],
                                old[name, form, kind[i]], new[name, form, kind[i]])
        }
    }
    return text
}

END {
    result(agree > 0, "PMU and plugin agree on " agree " measurements, and all round trips of each are alike")
    result(again == "ok", "a second run gives the same figures")
    for (c = 1; c <= cases; c++) {
        text = ""
        n = split(forms[order[c]], form, ";")
        for (i = 1; i < n; i++) {
            text = text wrong(order[c], form[i])
        }
        sub(/; $/, "", text)
        result(text == "", order[c] (text == "" ? " costs no more than before" : ": " text))
    }
    print "1.." number
    exit failed
}
