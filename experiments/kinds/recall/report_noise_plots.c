/* Plots and tables of the study "noise". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_noise.h"
#include "report/table_line.h"

enum { COLUMNS_MOST = 12, NAME = 64 };

static const char *const but_engine[] = {"engine", NULL};

/* ---- sources ---- */

enum source { QUERIES, ORDER, SEED, REST, BUILD, THREADS, SOURCES };

/* Variance and bounds of a source; bounds are NaN where there are none. */
static struct limen_reported source_of(const struct recall_noise *noise, enum source source) {
  const struct limen_component *component = source == QUERIES ? &noise->query
                                            : source == ORDER ? &noise->order
                                            : source == SEED  ? &noise->seed
                                                              : &noise->residual;
  if (source == BUILD) return (struct limen_reported){noise->build, NAN, NAN};
  if (source == THREADS)
    return (struct limen_reported){noise->threads, noise->threads_lower, noise->threads_upper};
  return (struct limen_reported){component->variance, component->lower, component->upper};
}

static void print_source(const struct recall_noise *noise, enum source source, bool by_label,
                         struct limen_text *out) {
  static const char *const names[] = {[ORDER] = "insertion order",
                                      [SEED] = "level seed",
                                      [REST] = "order and seed together",
                                      [BUILD] = "a build: order, seed and both",
                                      [THREADS] = "several threads"};
  if (source == QUERIES)
    limen_text_print(out, "%zu other queries", noise->queries);
  else if (source == ORDER && !by_label)
    limen_text_add(out, "insertion order, levels with it");
  else
    limen_text_add(out, names[source]);
}

static bool deals_by_label(const struct recall_noises *noises, const struct recall_noise *noise) {
  return strcmp(limen_grid_string(&noises->report->plan->grid, noise->point, "levels"),
                limen_levels_name(LIMEN_LEVELS_BY_LABEL)) == 0;
}

/* In points, with two digits of the larger half of the interval; "0.26 [0.19, 0.41]". */
void recall_print_sd(double variance, double lower, double upper, struct limen_text *out) {
  double sd = 100 * sqrt(variance);
  if (isnan(variance)) return;
  if (isnan(lower)) {
    limen_text_print(out, "%.*f", sd < 0.1 && sd > 0 ? 3 : 2, sd);
    return;
  }
  double low = 100 * sqrt(lower), high = 100 * sqrt(upper);
  int places = high < 0.1 && high > 0 ? 3 : 2;
  limen_text_print(out, "%.*f [%.*f, %.*f]", places, sd, places, low, places, high);
}

/* ---- the plot ---- */

struct limen_plot *recall_noise_plot(const struct recall_noises *noises, size_t point,
                                     bool with_threads) {
  const size_t sources = with_threads ? SOURCES : THREADS;
  struct limen_text caption = {0};
  char name[NAME];
  size_t drawn = 0;
  int colour = 0;
  limen_report_point(noises->report->plan, point, NULL, &caption);
  limen_text_print(&caption,
                   "%sHow much recall moves by chance: standard deviations in points (hundredths "
                   "of recall), with 95%% intervals.",
                   caption.length ? ". " : "");
  for (size_t i = 0; i < noises->count; i++) drawn += noises->noise[i].point == point;
  snprintf(name, sizeof name, "%s_%zu", with_threads ? "noise_with_threads" : "noise", point + 1);
  struct limen_plot *plot =
      limen_plot_alloc(name, limen_text_string(&caption), "standard deviation, points", "");
  limen_text_clear(&caption);
  if (!plot) return NULL;
  plot->timed = with_threads;
  plot->x_min = 0;
  for (size_t i = 0; i < noises->count; i++) {
    const struct recall_noise *noise = &noises->noise[i];
    if (noise->point != point) continue;
    for (size_t s = 0; s < sources && colour == 0; s++) {
      struct limen_text row = {0};
      print_source(noise, (enum source)s, deals_by_label(noises, noise), &row);
      limen_plot_row(plot, limen_text_string(&row));
      limen_text_clear(&row);
    }
    const double beside = 0.6 * ((colour + 0.5) / (double)drawn - 0.5);
    char ef[NAME];
    snprintf(ef, sizeof ef, "ef = %" PRId64, noise->ef);
    size_t series = limen_plot_series(plot, ef, LIMEN_POINTS, colour++ % 8);
    for (size_t s = 0; s < sources; s++) {
      const struct limen_reported number = source_of(noise, (enum source)s);
      limen_plot_point(plot, series, 100 * sqrt(number.value), (double)s + beside,
                       100 * sqrt(number.lower), 100 * sqrt(number.upper));
    }
  }
  return plot;
}

/* ---- the table of sources ---- */

/* Values of ef that are columns: as many as fit. */
static size_t columns_of(const struct recall_noises *noises) {
  const struct limen_grid *grid = &noises->report->plan->grid;
  size_t efs = grid->lengths[limen_parameter_find(grid->parameters, "ef")];
  return efs < COLUMNS_MOST - 2 ? efs : COLUMNS_MOST - 2;
}

static const struct recall_noise *noise_at(const struct recall_noises *noises, size_t point,
                                           size_t row) {
  for (size_t i = 0; i < noises->count; i++)
    if (noises->noise[i].point == point && noises->noise[i].row == row) return &noises->noise[i];
  return NULL;
}

static void start_table(const struct recall_noises *noises, const char *caption) {
  const struct limen_grid *grid = &noises->report->plan->grid;
  const ptrdiff_t ef = limen_parameter_find(grid->parameters, "ef");
  struct limen_text heads = {0};
  limen_text_add(&heads, "index|source");
  for (size_t row = 0; row < columns_of(noises); row++)
    limen_text_print(&heads, "|#ef = %" PRId64, grid->values[ef][row].as.integer);
  limen_document_table(noises->report->out, caption, limen_text_string(&heads));
  limen_text_clear(&heads);
}

static void print_index(const struct recall_noises *noises, size_t point, struct limen_text *out) {
  struct limen_text name = {0};
  limen_report_point(noises->report->plan, point, NULL, &name);
  if (name.length == 0) limen_report_value(noises->report->plan, point, "engine", &name);
  limen_text_add(out, limen_text_string(&name));
  limen_text_clear(&name);
}

static void recall_line(const struct recall_noises *noises, const struct recall_noise *first) {
  struct limen_table_line line = {0};
  print_index(noises, first->point, limen_line_next(&line));
  limen_text_print(limen_line_next(&line), "recall, mean of %zu builds",
                   first->orders * first->seeds);
  for (size_t row = 0; row < columns_of(noises); row++) {
    const struct recall_noise *noise = noise_at(noises, first->point, row);
    if (noise)
      limen_text_print(limen_line_next(&line), "%.2f%%", 100 * noise->recall);
    else
      limen_line_next(&line);
  }
  limen_line_add(noises->report->out, &line);
}

static void source_line(const struct recall_noises *noises, const struct recall_noise *first,
                        enum source source) {
  struct limen_table_line line = {0};
  print_index(noises, first->point, limen_line_next(&line));
  print_source(first, source, deals_by_label(noises, first), limen_line_next(&line));
  for (size_t row = 0; row < columns_of(noises); row++) {
    const struct recall_noise *noise = noise_at(noises, first->point, row);
    struct limen_text *cell = limen_line_next(&line);
    if (!noise) continue;
    const struct limen_reported number = source_of(noise, source);
    recall_print_sd(number.value, number.lower, number.upper, cell);
  }
  limen_line_add(noises->report->out, &line);
}

static void nothing_line(const struct recall_noises *noises, const struct recall_noise *first) {
  struct limen_table_line line = {0};
  print_index(noises, first->point, limen_line_next(&line));
  limen_text_add(limen_line_next(&line), "nothing: same order and seed, one thread");
  for (size_t row = 0; row < columns_of(noises); row++) limen_text_add(limen_line_next(&line), "0");
  limen_line_add(noises->report->out, &line);
}

/* The difference itself, and as a standard deviation: of two values, their distance / sqrt 2. */
static void engine_lines(const struct recall_noises *noises, const struct recall_engines *engines,
                         size_t n_engines, size_t at) {
  const struct recall_noise *noise = &noises->noise[engines[at].noise];
  if (noise->row != 0) return;
  for (int as_sd = 1; as_sd >= 0; as_sd--) {
    struct limen_table_line line = {0};
    struct limen_text *name = limen_line_next(&line);
    limen_report_point(noises->report->plan, noise->point, but_engine, name);
    if (name->length > 0) limen_text_add(name, ", ");
    limen_text_print(name, "%s and %s", engines[at].first, engines[at].second);
    if (as_sd)
      limen_text_add(limen_line_next(&line), "engine");
    else
      limen_text_print(limen_line_next(&line), "difference, %s less %s", engines[at].first,
                       engines[at].second);
    for (size_t row = 0; row < columns_of(noises); row++) {
      struct limen_text *cell = limen_line_next(&line);
      for (size_t i = 0; i < n_engines; i++) {
        const struct limen_reported *number = &engines[i].difference;
        if (noises->noise[engines[i].noise].point != noise->point ||
            noises->noise[engines[i].noise].row != row ||
            strcmp(engines[i].second, engines[at].second) != 0)
          continue;
        if (as_sd)
          recall_print_sd(number->value * number->value / 2, NAN, NAN, cell);
        else
          limen_report_points(number, cell);
      }
    }
    limen_line_add(noises->report->out, &line);
  }
}

int recall_noise_table(const struct recall_noises *noises, const struct recall_engines *engines,
                       size_t n_engines, bool with_threads, struct limen_error *error) {
  (void)error;
  start_table(noises, with_threads
                          ? "All sources in one table, threads among them: standard deviations of "
                            "recall in points, with 95% intervals."
                          : "Standard deviations of recall in points, with 95% intervals, and what "
                            "the engines differ by.");
  for (size_t i = 0; i < noises->count; i++) {
    const struct recall_noise *first = &noises->noise[i];
    if (i > 0 && noises->noise[i - 1].point == first->point) continue;
    recall_line(noises, first);
    for (int source = QUERIES; source <= BUILD; source++)
      source_line(noises, first, (enum source)source);
    if (with_threads) source_line(noises, first, THREADS);
    nothing_line(noises, first);
  }
  for (size_t i = 0; i < n_engines; i++) engine_lines(noises, engines, n_engines, i);
  if (with_threads) limen_document_timed(noises->report->out);
  return LIMEN_OK;
}

/* ---- what it takes ---- */

static void print_needed(double queries, struct limen_text *out) {
  if (isinf(queries))
    limen_text_add(out, "no number");
  else
    limen_text_print(out, "%.0f", queries);
}

/* Two engines: each brings builds of its own. */
static double needed_by_engines(const struct recall_noises *noises,
                                const struct recall_engines *engines, size_t builds) {
  const struct recall_noise *first = &noises->noise[engines->noise];
  const struct recall_noise *second = &noises->noise[engines->other];
  const struct recall_noise both = {.own = (first->own + second->own) / 2,
                                    .interaction = (first->interaction + second->interaction) / 2};
  return recall_queries_needed(&both, engines->per_query, builds, RECALL_NOISE_TARGET);
}

static void need_line(const struct recall_noises *noises, const struct recall_engines *engines,
                      size_t n_engines, size_t i, size_t builds) {
  const struct recall_noise *noise = &noises->noise[i];
  const double of_both = 2 * noise->query.variance * (double)noise->queries;
  struct limen_table_line line = {0};
  print_index(noises, noise->point, limen_line_next(&line));
  limen_text_print(limen_line_next(&line), "%" PRId64, noise->ef);
  limen_text_print(limen_line_next(&line), "%zu", builds);
  print_needed(recall_queries_needed(noise, 0, builds, RECALL_NOISE_TARGET),
               limen_line_next(&line));
  print_needed(recall_queries_needed(noise, of_both, builds, RECALL_NOISE_TARGET),
               limen_line_next(&line));
  struct limen_text *other = limen_line_next(&line);
  for (size_t e = 0; e < n_engines && other->length == 0; e++)
    if (engines[e].noise == i) print_needed(needed_by_engines(noises, &engines[e], builds), other);
  limen_line_add(noises->report->out, &line);
}

void recall_noise_need_table(const struct recall_noises *noises,
                             const struct recall_engines *engines, size_t n_engines) {
  static const size_t builds[] = {1, 2, 3, 5, 10, 20};
  limen_document_table(
      noises->report->out,
      "Queries needed for a standard error below 0.5 points, by builds on either "
      "side; where builds alone move recall by more, no number is enough.",
      "index|#ef|#builds a side|#same system, same queries|#same system, queries of "
      "their own|#against the other engine, same queries");
  for (size_t i = 0; i < noises->count; i++)
    for (size_t b = 0; b < sizeof builds / sizeof *builds; b++)
      need_line(noises, engines, n_engines, i, builds[b]);
  limen_document_fold(noises->report->out, 12);
}
