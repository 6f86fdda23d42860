/* limen inspect: the health of a saved index's graph. The file is read without its library. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engines/index_read.h"
#include "measures/graph_health.h"

/* Levels that are drawn look as bent as this once in so many indexes. */
static const double LEVELS_P_LEAST = 0.001;

struct inspection {
  const char *path;
  struct limen_index_content content;
  struct limen_graph_health health;
  json_t *problems; /* texts */
};

/* ---- what looks wrong ---- */

static int problem(struct inspection *inspection, struct limen_error *error, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

static int problem(struct inspection *inspection, struct limen_error *error, const char *format,
                   ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (json_array_append_new(inspection->problems, json_string(text)) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for what looks wrong");
}

static double percent(size_t part, size_t whole) {
  return whole > 0 ? 100 * (double)part / (double)whole : 0;
}

static int find_problems(struct inspection *inspection, struct limen_error *error) {
  const struct limen_graph_health *health = &inspection->health;
  const size_t n = health->nodes, deleted = inspection->content.deleted;
  int status = LIMEN_OK;
  if (health->unreachable > 0)
    status =
        problem(inspection, error,
                "%zu of %zu nodes (%.3g%%) cannot be reached: no search finds them, whatever "
                "its ef. More than 2 M copies of one vector cut a graph so, and inner products "
                "do; else a larger M or another order of insertion helps.",
                health->unreachable, n, percent(health->unreachable, n));
  if (status == LIMEN_OK && health->no_in_links > 0 && n > 1)
    status = problem(inspection, error,
                     "%zu of %zu nodes (%.3g%%) have no in-links on level 0: only those of upper "
                     "levels among them are ever come to.",
                     health->no_in_links, n, percent(health->no_in_links, n));
  if (status == LIMEN_OK && health->levels_p < LEVELS_P_LEAST)
    status = problem(inspection, error,
                     "The levels are bent: such counts have p = %.2g under n M^-l (1 - 1/M), M = "
                     "%zu. They were not drawn at random, or with another M.",
                     health->levels_p, inspection->content.graph.M);
  if (status == LIMEN_OK && deleted > 0)
    status = problem(inspection, error,
                     "%zu of %zu nodes (%.3g%%) are marked as deleted: searches pass through them "
                     "and do not return them.",
                     deleted, n, percent(deleted, n));
  return status;
}

static void print_problems(const struct inspection *inspection) {
  const json_t *text;
  size_t i;
  printf("\n");
  if (json_array_size(inspection->problems) == 0) printf("Nothing looks wrong.\n");
  json_array_foreach(inspection->problems, i, text) printf("%s\n", json_string_value(text));
}

/* ---- the tables ---- */

static void print_settings(const struct inspection *inspection) {
  const struct limen_index_content *content = &inspection->content;
  printf("%s: %s, %zu rows", inspection->path, content->kind, content->rows);
  if (content->columns > 0) printf(" of %zu columns", content->columns);
  if (strcmp(content->kind, "hnswlib") == 0 && !*content->engine) printf(" (if they are float32)");
  printf(", M %zu", content->M);
  if (content->ef_construction > 0) printf(", ef_construction %zu", content->ef_construction);
  if (content->metric >= 0)
    printf(", %s\n", limen_metric_name((size_t)content->metric));
  else
    printf("; the metric is %s\n",
           content->metric == LIMEN_METRIC_OTHER ? "neither l2 nor ip" : "not in the file");
  if (*content->engine)
    printf(
        "saved by limen: engine %s, levels %s, level seed %llu, batch %zu, threads %zu%s%.200s\n",
        content->engine, limen_levels_name((size_t)content->settings.levels),
        (unsigned long long)content->settings.level_seed, content->settings.batch,
        content->settings.threads, content->factory ? ", factory " : "",
        content->factory ? content->factory : "");
  printf("nodes are numbered by %s\n\n", content->numbering);
}

static void print_count(const char *name, size_t count, const char *about) {
  printf("%-22s %12zu%s%s\n", name, count, *about ? "  " : "", about);
}

/* NaN is not known. */
static void print_share(const char *name, double value, const char *about) {
  char text[32] = "-";
  if (!isnan(value)) snprintf(text, sizeof text, "%.4f", value);
  printf("%-22s %12s%s%s\n", name, text, *about ? "  " : "", about);
}

static void print_health(const struct inspection *inspection) {
  const struct limen_graph_health *health = &inspection->health;
  printf("level 0\n");
  print_count("nodes", health->nodes, "");
  print_count("links", health->links, "");
  print_count("unreachable", health->unreachable, "from the entry and all nodes of upper levels");
  print_count("components", health->components, "strongly connected");
  print_count("largest component", health->largest_component, "nodes");
  print_count("no in-links", health->no_in_links, "nodes that nothing links to");
  print_share("mean out-degree", health->mean_out_degree, "");
  print_share("saturated", health->saturated, "share of nodes that have as many links as they may");
  print_share("in-degree Gini", health->in_degree_gini, "0: all equal; towards 1: few get all");
  print_share("in-degree, insertion", health->in_degree_rank_correlation,
              inspection->content.graph.inserted
                  ? "rank correlation; below 0: who came early gets more"
                  : "the file does not tell in which sequence nodes were linked");
  print_share("reciprocity", health->reciprocity, "share of links that are answered");
  printf("\n%-10s %12s %12s\n", "level", "nodes", "expected");
  for (size_t l = 0; l < health->levels; l++)
    printf("%-10zu %12zu %12.1f\n", l, health->on_level[l], health->expected_on_level[l]);
  if (isnan(health->levels_p))
    printf("n M^-l (1 - 1/M) is expected; too few nodes to tell whether it holds\n");
  else
    printf("n M^-l (1 - 1/M) is expected, p = %.3g\n", health->levels_p);
}

/* ---- JSON ---- */

static json_t *number_or_null(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static json_t *count_or_null(size_t count) {
  return count == 0 ? json_null() : json_integer((json_int_t)count);
}

static json_t *text_or_null(const char *text) {
  return text && *text ? json_string(text) : json_null();
}

static json_t *settings_json(const struct inspection *inspection) {
  const struct limen_index_content *content = &inspection->content;
  json_t *row = json_pack(
      "{s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:I}", "file", inspection->path, "kind",
      content->kind, "engine", text_or_null(content->engine), "rows", (json_int_t)content->rows,
      "columns", count_or_null(content->columns), "M", count_or_null(content->M), "ef_construction",
      count_or_null(content->ef_construction), "metric",
      content->metric < 0 ? json_null() : json_string(limen_metric_name((size_t)content->metric)),
      "numbering", content->numbering, "deleted", (json_int_t)content->deleted);
  if (!row || !*content->engine) return row;
  /* Seeds go up to 2^64, which JSON's numbers do not. */
  char seed[24];
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)content->settings.level_seed);
  json_t *settings = json_pack(
      "{s:s, s:s, s:I, s:I, s:o}", "levels", limen_levels_name((size_t)content->settings.levels),
      "level_seed", seed, "batch", (json_int_t)content->settings.batch, "threads",
      (json_int_t)content->settings.threads, "factory", text_or_null(content->factory));
  json_object_set_new(row, "settings", settings);
  return row;
}

static json_t *health_json(const struct limen_graph_health *health) {
  json_t *levels = json_array();
  for (size_t l = 0; l < health->levels; l++)
    json_array_append_new(levels, json_pack("{s:I, s:I, s:f}", "level", (json_int_t)l, "nodes",
                                            (json_int_t)health->on_level[l], "expected",
                                            health->expected_on_level[l]));
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "nodes",
                   (json_int_t)health->nodes, "links", (json_int_t)health->links, "unreachable",
                   (json_int_t)health->unreachable, "components", (json_int_t)health->components,
                   "largest_component", (json_int_t)health->largest_component, "no_in_links",
                   (json_int_t)health->no_in_links, "mean_out_degree", health->mean_out_degree,
                   "saturated", health->saturated, "in_degree_gini", health->in_degree_gini,
                   "in_degree_rank_correlation", number_or_null(health->in_degree_rank_correlation),
                   "reciprocity", number_or_null(health->reciprocity), "levels", levels, "levels_p",
                   number_or_null(health->levels_p));
}

static int write_json(const struct inspection *inspection, const char *path,
                      struct limen_error *error) {
  json_t *row = settings_json(inspection), *health = health_json(&inspection->health);
  json_t *root = NULL;
  if (row && health && json_object_update(row, health) == 0 &&
      json_object_set(row, "problems", inspection->problems) == 0)
    root = json_pack("{s:[O]}", "graph", row);
  int status = limen_json_write(root, JSON_INDENT(2), path, error);
  json_decref(root);
  json_decref(health);
  json_decref(row);
  return status;
}

/* ---- all together ---- */

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  struct inspection inspection = {.problems = json_array()};
  const char *json = NULL;
  const struct limen_option table[] = {{"--json", LIMEN_OPTION_TEXT, &json}, {0}};
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status != LIMEN_OK) goto done;
  inspection.path = words.text[0];
  status = limen_index_read(inspection.path, &inspection.content, error);
  if (status != LIMEN_OK) goto done;
  status = limen_graph_health_measure(&inspection.content.graph, &inspection.health, error);
  if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", inspection.path);
  if (status == LIMEN_OK) status = find_problems(&inspection, error);
  if (status != LIMEN_OK) goto done;
  print_settings(&inspection);
  print_health(&inspection);
  print_problems(&inspection);
  if (json) status = write_json(&inspection, json, error);
done:
  limen_index_content_clear(&inspection.content);
  json_decref(inspection.problems);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_inspect = {
    .name = "inspect",
    .about = "graph health of a saved index",
    .help =
        "usage: limen inspect INDEX [--json F]\n"
        "\n"
        "Reads the graph of a saved HNSW index and says what a search in it can reach, how the\n"
        "links lie, and what looks wrong. Read are files of hnswlib's saveIndex, of FAISS's\n"
        "write_index (HNSW over flat vectors), and those that limen saved; neither library is\n"
        "asked, and a damaged file is refused with the byte and field that is wrong.\n"
        "\n"
        "Example:\n"
        "  limen inspect products.hnsw --json health.json\n",
    .run = run,
};
