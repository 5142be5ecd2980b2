# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# chart.awk BENCH: an SVG, call by convention, of some cases of bench.json. Readable on light and on
# dark backgrounds.

BEGIN {
    FS = "\""
    columns = split("native fast,SMCCC fast,compact,compact spill,native slow,SMCCC slow", form, ",")
    groups = split("unknown call code|NotifyLongSpinWait|GetVpRegisters, VpIndex|" \
                   "GetVpRegisters, 2 registers|SetVpRegisters, SIRBP|SignalEvent, fresh|" \
                   "SendSyntheticClusterIpi, 1 processor|PostMessage, 240 bytes", group, "|")
    split("#1f77b4 #2ca02c #e08214 #b35806 #8073ac #542788", light, " ")
    split("#6baed6 #74c476 #fdb863 #e08214 #b2abd2 #9e8fcf", dark, " ")
    width = 860
    left = 250
    right = 60
    bar = 11
    gap = 14
    top = 74
}

/"case"/ {
    name = $11
    gsub(/[:, ]/, "", name)
    figure[$4, $8] = name + 0
}

function text(x, y, class, content)
{
    printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, content
}

function style(    i)
{
    print "<style>"
    print "text { font: 12px sans-serif; fill: #24292f; }"
    print ".title { font-size: 15px; font-weight: bold; }"
    print ".value { font-size: 10px; }"
    print ".call { text-anchor: end; }"
    print ".tick { font-size: 10px; text-anchor: middle; }"
    print ".grid { stroke: #8b949e; stroke-opacity: 0.35; }"
    for (i = 1; i <= columns; i++) {
        printf ".c%d { fill: %s; }\n", i, light[i]
    }
    print "@media (prefers-color-scheme: dark) {"
    print "text { fill: #e6edf3; }"
    for (i = 1; i <= columns; i++) {
        printf ".c%d { fill: %s; }\n", i, dark[i]
    }
    print "}\n</style>"
}

function legend(    i, x)
{
    x = left
    for (i = 1; i <= columns; i++) {
        printf "<rect x=\"%d\" y=\"36\" width=\"11\" height=\"11\" class=\"c%d\"/>\n", x, i
        text(x + 15, 46, "legend", form[i])
        x += 30 + 6.5 * length(form[i])
    }
}

# Distance of grid lines: 1, 2 or 5 times a power of ten, ten lines at most.
function step_of(most,    step)
{
    for (step = 1; ; step *= 10) {
        if (most / step <= 10) {
            return step
        }
        if (most / (2 * step) <= 10) {
            return 2 * step
        }
        if (most / (5 * step) <= 10) {
            return 5 * step
        }
    }
}

END {
    bars = 0
    for (g = 1; g <= groups; g++) {
        for (i = 1; i <= columns; i++) {
            if ((group[g], form[i]) in figure) {
                bars++
                if (figure[group[g], form[i]] > most) {
                    most = figure[group[g], form[i]]
                }
            }
        }
    }
    if (most == 0) {
        exit 1
    }
    height = top + bars * bar + groups * gap + 24
    scale = (width - left - right) / most
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n",
        width, height, width, height
    print "<title>EL2 instructions per hypercall, by call and convention</title>"
    style()
    text(left, 20, "title", "EL2 instructions per hypercall")
    legend()
    step = step_of(most)
    for (v = 0; v <= most; v += step) {
        printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"grid\"/>\n", left + v * scale,
            left + v * scale, top - 8, height - 24
        text(left + v * scale, height - 8, "tick", v)
    }
    y = top
    for (g = 1; g <= groups; g++) {
        first = y
        for (i = 1; i <= columns; i++) {
            if ((group[g], form[i]) in figure) {
                value = figure[group[g], form[i]]
                printf "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"c%d\"/>\n", left, y,
                    value * scale, bar - 1, i
                text(left + value * scale + 4, y + 9, "value", value)
                y += bar
            }
        }
        text(left - 8, (first + y) / 2 + 4, "call", group[g])
        y += gap
    }
    print "</svg>"
}
