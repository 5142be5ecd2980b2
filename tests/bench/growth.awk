# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# growth.awk ROWS: for each series of points that join.awk prints, the straight line through them
# (least squares), and how far a point is from it at most. style=text or markdown.

BEGIN { FS = "\t" }

$1 == "point" {
    key = $2 "; " $3
    if (!(key in count)) {
        order[++series] = key
    }
    x[key, ++count[key]] = $4
    y[key, count[key]] = $5
}

function report(key,    n, i, sx, sy, sxx, sxy, slope, base, far, worst, at, most)
{
    n = count[key]
    for (i = 1; i <= n; i++) {
        sx += x[key, i]
        sy += y[key, i]
        sxx += x[key, i] * x[key, i]
        sxy += x[key, i] * y[key, i]
    }
    if (n < 3 || n * sxx == sx * sx) {
        return # no line
    }
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    base = (sy - slope * sx) / n
    for (i = 1; i <= n; i++) {
        far = y[key, i] - base - slope * x[key, i]
        if (far < 0) {
            far = -far
        }
        if (far > worst) {
            worst = far
        }
        if (y[key, i] > most) {
            most = y[key, i]
        }
    }
    printf style == "markdown" ? "| %s | %d to %d | %d | %.2f | %d to %d | %.0f (%.1f%% of the largest) |\n" : "%-62s %4d to %4d  %2d points  %8.2f each, %d to %d, off the line by %.0f at most (%.1f%%)\n",
        key, x[key, 1], x[key, n], n, slope, y[key, 1], y[key, n], worst, 100 * worst / most
}

END {
    if (style == "markdown") {
        print "| What grows | from, to | points | instructions for each | instructions | farthest point from the line |"
        print "|---|---:|---:|---:|---:|---:|"
    } else {
        print "\nGrowth"
    }
    for (i = 1; i <= series; i++) {
        report(order[i])
    }
    exit series == 0
}
