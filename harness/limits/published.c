#include "limits/published.h"

#include <math.h>
#include <string.h>

static const struct limen_published_point weller2025[] = {
    {4, 10},   {5, 14},   {6, 19},   {7, 24},   {8, 28},   {9, 32},   {10, 36},
    {11, 42},  {12, 47},  {13, 54},  {14, 62},  {15, 70},  {16, 79},  {17, 89},
    {18, 99},  {19, 109}, {20, 120}, {21, 132}, {22, 144}, {23, 157}, {24, 170},
    {25, 184}, {26, 198}, {27, 213}, {28, 229}, {29, 245}, {30, 261}, {31, 278},
    {32, 296}, {33, 314}, {34, 333}, {35, 352}, {36, 372}, {37, 392}, {38, 413},
    {39, 434}, {40, 460}, {41, 484}, {42, 505}, {43, 545}, {44, 605}, {45, 626}};

static const struct limen_published_point reproduction[] = {
    {9, 35},   {10, 37},  {11, 41},  {12, 50},  {13, 56},  {14, 61},  {15, 68},  {16, 77},
    {17, 85},  {18, 89},  {19, 106}, {20, 118}, {21, 121}, {22, 136}, {23, 143}, {24, 151},
    {25, 169}, {26, 180}, {27, 196}, {28, 221}, {29, 227}, {30, 243}};

/* Printed as the d that each n needs (n = 20 40 60 80 100 120 200 240: d = 6 7 7 8 8 9 9 9); here
 * the largest n of each d. */
static const struct limen_published_point sigmoid[] = {{6, 20}, {7, 60}, {8, 100}, {9, 240}};

static const struct limen_published_point centroid[] = {{5, 10},   {8, 20},   {9, 40},  {12, 80},
                                                        {15, 160}, {19, 320}, {24, 640}};

static const struct limen_published tables[] = {
    {
        .name = "weller2025",
        .label = "Weller et al. 2025",
        .source = "Weller, Boratko, Naim, Lee: On the Theoretical Limitations of Embedding-Based "
                  "Retrieval, arXiv 2508.21038, Table 6",
        .k = 2,
        .count = sizeof weller2025 / sizeof *weller2025,
        .points = weller2025,
    },
    {
        .name = "reproduction",
        .label = "independent reproduction",
        .source = "github.com/gabor-hosu/embedding_dimension_limit",
        .k = 2,
        .count = sizeof reproduction / sizeof *reproduction,
        .points = reproduction,
    },
    {
        .name = "sigmoid2026",
        .label = "Bangachev et al. 2026, sigmoid loss",
        .source = "Bangachev, Bresler, Kogan, Polyanskiy, arXiv 2605.23556, as cited by others",
        .k = 2,
        .loss = "sigmoid",
        .count = sizeof sigmoid / sizeof *sigmoid,
        .points = sigmoid,
    },
    {
        .name = "centroid2026",
        .label = "Wang et al. 2026, centroids and a hinge",
        .source = "Wang et al., arXiv 2601.20844",
        .k = 2,
        .loss = "hinge",
        .query_rule = "centroid",
        .count = sizeof centroid / sizeof *centroid,
        .points = centroid,
    },
};

enum { TABLES = sizeof tables / sizeof *tables };

const struct limen_published *limen_published_at(size_t i) {
  return i < TABLES ? &tables[i] : NULL;
}

const struct limen_published *limen_published_find(const char *name) {
  for (size_t i = 0; i < TABLES; i++)
    if (strcmp(tables[i].name, name) == 0) return &tables[i];
  return NULL;
}

double limen_published_n(const struct limen_published *table, double d) {
  for (size_t i = 0; i < table->count; i++)
    if (table->points[i].d == d) return table->points[i].n;
  return NAN;
}

const struct limen_published_cubic limen_published_cubic = {
    .name = "weller2025_cubic",
    .label = "Weller et al. 2025, cubic fit",
    .source = "arXiv 2508.21038",
    .k = 2,
    .coefficients = {-10.5322, 4.0309, 0.0520, 0.0037},
    .r_squared = 0.999,
};

static const struct limen_published_point extrapolated[] = {
    {512, 500e3}, {768, 1.7e6}, {1024, 4e6}, {3072, 107e6}, {4096, 250e6}};

const struct limen_published limen_published_extrapolated = {
    .name = "weller2025_extrapolated",
    .label = "Weller et al. 2025, their fit, extrapolated",
    .source = "arXiv 2508.21038",
    .k = 2,
    .count = sizeof extrapolated / sizeof *extrapolated,
    .points = extrapolated,
};

double limen_published_cubic_at(double d) {
  const double *c = limen_published_cubic.coefficients;
  return c[0] + d * (c[1] + d * (c[2] + d * c[3]));
}

double limen_published_cubic_d(double n) {
  double low = 0, high = 1;
  while (limen_published_cubic_at(high) < n) high *= 2;
  while (high - low > 1e-9 * high) {
    const double middle = (low + high) / 2;
    *(limen_published_cubic_at(middle) < n ? &low : &high) = middle;
  }
  return high;
}
