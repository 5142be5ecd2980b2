# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Tables of what `run` found (its results on standard input): a row per hypervisor, a column per call.
# A cell is the median count, at EL2 and where there is more also below, and its ratio to hvshim's
# call of that column.

BEGIN {
    # Calls of one column are of one kind; the last ones are compared with hvshim's short call.
    column("unknown SMCCC id", "unknown SMCCC id")
    column("SMCCC_VERSION", "SMCCC_VERSION")
    column("PSCI_VERSION", "PSCI_VERSION")
    column("own call", "GetVpRegisters, VpIndex;xen_version;KVM features")
    column("event, set already", "SignalEvent, set already;event channel send, pending already")
    column("event, fresh", "SignalEvent, fresh;event channel send, fresh;ioeventfd doorbell")
    column("store to a device of a process", "store that the monitor handles")
    column("hypercall to a process", "hypercall that the monitor handles")
    compared_with[7] = compared_with[8] = 4
}

function column(heading, calls,    i, n, call)
{
    headings[++columns] = heading
    n = split(calls, call, ";")
    for (i = 1; i <= n; i++) {
        column_of[call[i]] = columns
    }
    compared_with[columns] = columns
}

!($1 in row_of) {
    row_of[$1] = ++rows
    names[rows] = $1
    versions[rows] = $2
    processors[rows] = $3
}
$4 == "" { reason[row_of[$1]] = $6; next }
!($4 in column_of) {
    print "report: no column for " $4 > "/dev/stderr"
    failed = 1
    next
}
{ row = row_of[$1]; col = column_of[$4] }
$5 == "not measured" { missing[row, col] = $6; next }
{
    el2[row, col] = $9
    below[row, col] = $15
    total[row, col] = $9 + $15
    sysreg[row, col] = $10 + $16
    barriers[row, col] = $11 + $17
    loads[row, col] = $12 + $18
    stores[row, col] = $13 + $19
    spread[row, col] = $6 < $5 * 0.9 ? "±" : "" # not the same way each time
}

function cell(row, col,    text, ours)
{
    if (!((row, col) in total)) {
        return (row, col) in missing || row in reason ? "not measured" : "-"
    }
    ours = total[1, compared_with[col]]
    text = spread[row, col] el2[row, col] (below[row, col] > 0 ? " + " below[row, col] : "")
    return row == 1 || !ours ? text : sprintf("%s (%.1f)", text, total[row, col] / ours)
}

function rule(n,    text)
{
    while (n-- > 0) {
        text = text "---|"
    }
    return "|---|" text
}

END {
    if (failed) {
        exit 1
    }
    line = "| |"
    for (col = 1; col <= columns; col++) {
        line = line " " headings[col] " |"
    }
    print line
    print rule(columns)
    for (row = 1; row <= rows; row++) {
        line = "| " names[row] " |"
        for (col = 1; col <= columns; col++) {
            line = line " " cell(row, col) " |"
        }
        print line
    }

    print "\nOf SMCCC_VERSION, all levels together:\n"
    print "| | instructions | sysreg | barriers | loads | stores | version | QEMU's processor |"
    print rule(7)
    for (row = 1; row <= rows; row++) {
        if ((row, 2) in total) {
            printf "| %s | %d | %d | %d | %d | %d | %s | %s |\n", names[row], total[row, 2],
                sysreg[row, 2], barriers[row, 2], loads[row, 2], stores[row, 2], versions[row],
                processors[row]
        }
    }

    for (row = 1; row <= rows; row++) {
        if (row in reason) {
            print "\nNot measured: " names[row] ": " reason[row] "."
        }
        for (col = 1; col <= columns; col++) {
            if ((row, col) in missing) {
                print "\nNot measured: " names[row] ", " headings[col] ": " missing[row, col] "."
            }
        }
    }
}
