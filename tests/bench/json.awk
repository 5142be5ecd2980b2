# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# json.awk ROWS...: bench.json, one case and form a line, of the rows that join.awk prints; what each
# further element costs, from two rows of the same form; and what a record of a trace costs, from the
# same row of both kinds: those of files named after traced=1, before traced=, are of a traced guest.

BEGIN {
    FS = "\t"
    print "["
}

function line(name, form, instructions, sysreg, barriers, loads, stores)
{
    printf "%s  {\"case\": \"%s\", \"convention\": \"%s\", \"instructions\": %s, \"sysreg\": %s, " \
        "\"barriers\": %s, \"loads\": %s, \"stores\": %s}", lines++ ? ",\n" : "", name, form,
        instructions, sysreg, barriers, loads, stores
}

function short(value)
{
    value = sprintf("%.2f", value)
    sub(/0$/, "", value)
    sub(/\.0$/, "", value)
    return value
}

# A case for the slope between cases `less` and `more`, which are `apart` elements from each other.
function slope(name, less, more, apart,    i, n, form, column, difference)
{
    n = split("native fast,native slow,SMCCC fast,SMCCC slow,compact,compact spill", form, ",")
    for (i = 1; i <= n; i++) {
        if (((less, form[i]) in rows) && ((more, form[i]) in rows)) {
            for (column = 4; column <= 8; column++) {
                difference[column] = figure[more, form[i], column] - figure[less, form[i], column]
                difference[column] = short(difference[column] / apart)
            }
            line(name, form[i], difference[4], difference[5], difference[6], difference[7],
                 difference[8])
        }
    }
}

# A case for what `name` costs more when it is traced.
function record(title, name,    i, n, form, column, difference)
{
    n = split("native fast,native slow,SMCCC fast,SMCCC slow,compact,compact spill,SMC #0", form, ",")
    for (i = 1; i <= n; i++) {
        if ((name, form[i]) in rows) {
            for (column = 4; column <= 8; column++) {
                difference[column] = with_record[name, form[i], column] - figure[name, form[i], column]
            }
            line(title, form[i], difference[4], difference[5], difference[6], difference[7],
                 difference[8])
        }
    }
}

$1 == "row" && traced {
    for (i = 4; i <= 8; i++) {
        with_record[$2, $3, i] = $i
    }
    next
}

$1 == "row" {
    line($2, $3, $4, $5, $6, $7, $8)
    rows[$2, $3]
    for (i = 4; i <= 8; i++) {
        figure[$2, $3, i] = $i
    }
}

END {
    slope("each further register of GetVpRegisters", "GetVpRegisters, 16 registers",
          "GetVpRegisters, 64 registers", 48)
    slope("each further processor of an IPI", "SendSyntheticClusterIpi, 4 processors",
          "SendSyntheticClusterIpi, 64 processors", 60)
    record("record of NotifyLongSpinWait", "NotifyLongSpinWait")
    record("record of GetVpRegisters, VpIndex", "GetVpRegisters, VpIndex")
    record("record of GetVpRegisters, 16 registers", "GetVpRegisters, 16 registers")
    record("record of PostMessage, 240 bytes", "PostMessage, 240 bytes")
    record("records of SignalEvent and its interrupt", "SignalEvent, fresh")
    record("record of PSCI_VERSION", "PSCI_VERSION")
    print "\n]"
    exit lines == 0
}
