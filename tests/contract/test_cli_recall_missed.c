/* The report on missed neighbours, its tables counted again from the records in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "contract/recall_world.h"
#include "measures/missed.h"
#include "support/answers.h"
#include "support/store.h"

enum { EF = 12, ROW = 1 /* of the cells, the middle ef */, RECORDS = QUERIES * K, DECILES = 10 };

/* What the cells of one order keep, at the middle ef. */
struct arm {
  size_t builds;
  struct limen_miss_record *records[12];
  int32_t *ids[12];
  uint32_t *inserted[12];
  float *lid;
  char *report;
};

/* All answers of this name of the order's cells; returns how many. */
static size_t ask(sqlite3 *store, const char *order, int row, const char *name, void **out) {
  sqlite3_stmt *statement = NULL;
  size_t count = 0;
  assert_int_equal(
      sqlite3_prepare_v2(
          store,
          "SELECT bytes, size FROM answers JOIN cells USING (key) WHERE name = ? AND row = "
          "? AND cells.text GLOB ? ORDER BY key",
          -1, &statement, NULL),
      SQLITE_OK);
  char *pattern = sqlite3_mprintf("* order=%s *", order);
  sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int(statement, 2, row);
  sqlite3_bind_text(statement, 3, pattern, -1, SQLITE_STATIC);
  for (; sqlite3_step(statement) == SQLITE_ROW; count++) {
    assert_true(count < 12);
    size_t bytes;
    out[count] = answer_of(statement, &bytes);
  }
  sqlite3_finalize(statement);
  sqlite3_free(pattern);
  return count;
}

static void read_arm(const struct world *world, const char *order, struct arm *arm) {
  sqlite3 *store = NULL;
  void *bytes[12];
  char *folder = path_of(world->folder, "out"), *path = path_of(folder, "run.db"),
       *report = path_of(folder, "report.md");
  *arm = (struct arm){.report = read_whole(report, NULL)};
  assert_int_equal(sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  arm->builds = ask(store, order, ROW, "records", bytes);
  for (size_t b = 0; b < arm->builds; b++) arm->records[b] = bytes[b];
  assert_int_equal(ask(store, order, ROW, "ids", bytes), arm->builds);
  for (size_t b = 0; b < arm->builds; b++) arm->ids[b] = bytes[b];
  assert_int_equal(ask(store, order, 0, "inserted", bytes), arm->builds);
  for (size_t b = 0; b < arm->builds; b++) arm->inserted[b] = bytes[b];
  assert_int_equal(ask(store, order, 0, "lid", bytes), arm->builds);
  arm->lid = bytes[0];
  for (size_t b = 1; b < arm->builds; b++) free(bytes[b]);
  sqlite3_close(store);
  free(report);
  free(path);
  free(folder);
}

static void clear_arm(struct arm *arm) {
  for (size_t b = 0; b < arm->builds; b++) {
    free(arm->records[b]);
    free(arm->ids[b]);
    free(arm->inserted[b]);
  }
  free(arm->lid);
  free(arm->report);
}

static bool is_true_miss(const struct limen_miss_record *record) {
  return record->reason != LIMEN_MISS_NONE && record->reason != LIMEN_MISS_TIE &&
         record->reason != LIMEN_MISS_DUPLICATE;
}

/* ---- the report ---- */

/* The line of the report that starts with these words, released by free. */
static char *line_after(const char *report, const char *heading, const char *start) {
  char wanted[256];
  const char *section = strstr(report, heading);
  if (!section) fail_msg("no %s", heading);
  snprintf(wanted, sizeof wanted, "\n%s", start);
  const char *line = strstr(section, wanted);
  if (!line) fail_msg("no \"%s\" after \"%s\"", start, heading);
  return strndup(line + 1, strcspn(line + 1, "\n"));
}

static void expect_line(const struct arm *arm, const char *heading, const char *start) {
  char *line = line_after(arm->report, heading, start);
  assert_memory_equal(line, start, strlen(start));
  free(line);
}

/* A split's table holds these counts. */
static void expect_split(const struct arm *arm, const char *heading, const char *order, size_t part,
                         const char *range, size_t neighbours, size_t missed) {
  char start[256];
  snprintf(start, sizeof start, "| vectors.fvecs, %s | %zu | %s%zu | %zu | ", order, part + 1,
           range, neighbours, missed);
  expect_line(arm, heading, start);
}

/* ---- counting again ---- */

static size_t lid_decile(const struct arm *arm, size_t row) {
  size_t before = 0, known = 0;
  if (isnan(arm->lid[row])) return DECILES;
  for (size_t i = 0; i < ROWS; i++) {
    const float lid = arm->lid[i];
    if (isnan(lid)) continue;
    known++;
    if (lid < arm->lid[row] || (i < row && !(lid > arm->lid[row]))) before++;
  }
  return before * DECILES / known;
}

static void range_of(const struct arm *arm, size_t decile, char out[64]) {
  float least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < ROWS; i++)
    if (lid_decile(arm, i) == decile) {
      least = fminf(least, arm->lid[i]);
      most = fmaxf(most, arm->lid[i]);
    }
  snprintf(out, 64, "%.1f to %.1f | ", (double)least, (double)most);
}

static void splits_are_counted_right(void **state) {
  static const char *const orders[] = {"random", "by_category"};
  run_well(*state, "out", NULL, NULL, NULL);
  for (size_t o = 0; o < 2; o++) {
    size_t lid[2][DECILES + 1] = {{0}}, inserted[2][DECILES] = {{0}}, rank[2][K] = {{0}}, all = 0;
    struct arm arm;
    read_arm(*state, orders[o], &arm);
    assert_int_equal(arm.builds, o == 0 ? 2 : 12);
    for (size_t b = 0; b < arm.builds; b++)
      for (size_t i = 0; i < RECORDS; i++) {
        const struct limen_miss_record *record = &arm.records[b][i];
        for (int miss = 0; miss <= is_true_miss(record); miss++) {
          lid[miss][lid_decile(&arm, record->row)]++;
          inserted[miss][arm.inserted[b][record->row] * DECILES / ROWS]++;
          rank[miss][record->rank - 1]++;
        }
        all += is_true_miss(record);
      }
    assert_true(all > 20);
    for (size_t part = 0; part < DECILES; part++) {
      char range[64];
      range_of(&arm, part, range);
      expect_split(&arm, "## By local dimension", orders[o], part, range, lid[0][part],
                   lid[1][part]);
      expect_split(&arm, "## By insertion", orders[o], part, "", inserted[0][part],
                   inserted[1][part]);
    }
    /* Copies have no distance to their nearest rows, and no dimension. */
    if (lid[0][DECILES] > 0) {
      char start[128];
      snprintf(start, sizeof start, "| vectors.fvecs, %s |  | undefined | %zu | %zu | ", orders[o],
               lid[0][DECILES], lid[1][DECILES]);
      expect_line(&arm, "## By local dimension", start);
    }
    for (size_t part = 0; part < K; part++)
      expect_split(&arm, "## By rank", orders[o], part, "", rank[0][part], rank[1][part]);
    clear_arm(&arm);
  }
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void bottlenecks_are_counted_right(void **state) {
  static const struct {
    enum limen_miss reason;
    size_t times;
  } kinds[] = {{LIMEN_MISS_BUDGET, 1}, {LIMEN_MISS_INTERMEDIATE, 4}, {LIMEN_MISS_TRAPPED, 16}};
  struct arm arm;
  size_t told = 0;
  run_well(*state, "out", NULL, NULL, NULL);
  read_arm(*state, "by_category", &arm);
  for (size_t kind = 0; kind < 3; kind++) {
    static uint32_t ranks[12 * RECORDS];
    size_t count = 0, no_path = 0;
    char start[128];
    for (size_t b = 0; b < arm.builds; b++)
      for (size_t i = 0; i < RECORDS; i++) {
        const struct limen_miss_record *record = &arm.records[b][i];
        if (record->reason != kinds[kind].reason) continue;
        if (record->bottleneck > 0)
          ranks[count++] = record->bottleneck;
        else
          no_path++;
      }
    if (count == 0) continue;
    qsort(ranks, count, sizeof *ranks, ascending);
    assert_true(ranks[0] > kinds[kind].times * EF);
    snprintf(start, sizeof start, "| vectors.fvecs, by_category | %d | %s | %zu | %zu | %zu | %u |",
             EF, limen_miss_name(kinds[kind].reason), count + no_path, no_path,
             kinds[kind].times * EF, ranks[0]);
    expect_line(&arm, "## What it would have taken", start);
    told++;
  }
  assert_true(told >= 2);
  expect_line(&arm, "## What could make this wrong",
              "- Check: no missed neighbour has a bottleneck rank of at most ef,");
  assert_null(strstr(arm.report, "cannot be trusted"));
  clear_arm(&arm);
}

/* Per category: what is missed of it, and the builds that missed least and most. */
static void categories_are_counted_right(void **state) {
  struct arm arm;
  size_t neighbours[CLUSTERS] = {0}, missed[CLUSTERS] = {0}, least[CLUSTERS], most[CLUSTERS] = {0};
  run_well(*state, "out", NULL, NULL, NULL);
  read_arm(*state, "by_category", &arm);
  for (size_t c = 0; c < CLUSTERS; c++) least[c] = SIZE_MAX;
  for (size_t b = 0; b < arm.builds; b++) {
    size_t here[CLUSTERS] = {0};
    for (size_t i = 0; i < RECORDS; i++) {
      size_t c = category_of(arm.records[b][i].row);
      neighbours[c]++;
      here[c] += is_true_miss(&arm.records[b][i]);
    }
    for (size_t c = 0; c < CLUSTERS; c++) {
      missed[c] += here[c];
      least[c] = here[c] < least[c] ? here[c] : least[c];
      most[c] = here[c] > most[c] ? here[c] : most[c];
    }
  }
  for (size_t c = 0; c < CLUSTERS; c++) {
    const double each = (double)neighbours[c] / (double)arm.builds;
    char start[128], range[64];
    assert_true(missed[c] > 0);
    snprintf(start, sizeof start, "| vectors.fvecs, by_category | %s | %.0f | ", names[c], each);
    snprintf(range, sizeof range, " | %.0f to %.0f | ", 100 * (double)least[c] / each,
             100 * (double)most[c] / each);
    char *line = line_after(arm.report, "## By category", start);
    expect_word(line, range);
    /* The share, to the digit that is shown. */
    assert_true(fabs(strtod(line + strlen(start), NULL) -
                     100 * (double)missed[c] / (double)neighbours[c]) <= 0.0501);
    free(line);
  }
  clear_arm(&arm);
}

/* Queries that found nothing, and rows of other categories that came back in place of neighbours.
 */
static void ends_of_searches_are_counted_right(void **state) {
  struct arm arm;
  size_t with = 0, missed = 0, lost = 0, wrong = 0, elsewhere = 0;
  char start[128];
  run_well(*state, "out", NULL, NULL, NULL);
  read_arm(*state, "by_category", &arm);
  for (size_t b = 0; b < arm.builds; b++)
    for (size_t q = 0; q < QUERIES; q++) {
      const struct limen_miss_record *records = arm.records[b] + q * K;
      size_t here = 0;
      for (size_t j = 0; j < K; j++) here += is_true_miss(&records[j]);
      with += here > 0;
      missed += here;
      lost += here == K ? here : 0;
      for (size_t i = 0; here > 0 && i < K; i++) {
        const int32_t id = arm.ids[b][q * K + i];
        bool right = id < 0, known = false;
        for (size_t j = 0; j < K && id >= 0; j++) {
          right |= records[j].row == (uint32_t)id;
          known |= category_of(records[j].row) == category_of((size_t)id);
        }
        wrong += !right;
        elsewhere += !right && !known;
      }
    }
  assert_true(lost > 0 && elsewhere > 0);
  snprintf(start, sizeof start, "| vectors.fvecs, by_category | %d | %.2f | %.1f ", EF,
           100 * (double)with / (double)(arm.builds * QUERIES),
           100 * (double)lost / (double)missed);
  char *line = line_after(arm.report, "## Where the searches end", start);
  char *last = strrchr(line, '[');
  while (last[-1] != '|') last--;
  assert_true(fabs(strtod(last, NULL) - 100 * (double)elsewhere / (double)wrong) <= 0.0501);
  free(line);
  clear_arm(&arm);
}

/* Of two orders the answer speaks of the worse, and of the other beside it. */
static void the_answer_names_the_worst_order(void **state) {
  struct arm arms[2];
  double share[2];
  run_well(*state, "out", NULL, NULL, NULL);
  read_arm(*state, "random", &arms[0]);
  read_arm(*state, "by_category", &arms[1]);
  for (size_t o = 0; o < 2; o++) {
    size_t missed = 0;
    for (size_t b = 0; b < arms[o].builds; b++)
      for (size_t i = 0; i < RECORDS; i++) missed += is_true_miss(&arms[o].records[b][i]);
    share[o] = 100 * (double)missed / (double)(arms[o].builds * RECORDS);
  }
  const char *worse = share[0] > share[1] ? "random" : "by_category";
  const char *other = share[0] > share[1] ? "by_category" : "random";
  char words[128];
  snprintf(words, sizeof words, "**Answer.** On vectors.fvecs, %s, ef = 12: %.1f", worse,
           fmax(share[0], share[1]));
  expect_word(arms[0].report, words);
  snprintf(words, sizeof words, " are missed (%s: %.1f", other, fmin(share[0], share[1]));
  expect_word(arms[0].report, words);
  clear_arm(&arms[0]);
  clear_arm(&arms[1]);
}

/* Records of a store that somebody altered index nothing. */
static void altered_records_are_refused(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  char *folder = path_of(world->folder, "out");
  store_change(folder, "UPDATE answers SET bytes = substr(bytes, 1, 57) WHERE name = 'records'");
  expect_run(NULL, LIMEN_INPUT, WORDS("report", folder),
             WORDS("cannot read a blob: 57 packed bytes do not unpack to ", "--fresh"));
  static const char *const changes[] = {
      "UPDATE answers SET bytes = zeroblob(size) WHERE name = 'records'",
      "UPDATE answers SET bytes = zeroblob(57), size = 57 WHERE name = 'records'",
      "DELETE FROM answers WHERE name = 'records'"};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    store_change(folder, changes[i]);
    expect_run(NULL, LIMEN_INPUT, WORDS("report", folder),
               WORDS("the raw answers \"records\" of cell", "missing or damaged"));
  }
  free(folder);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(splits_are_counted_right),         TEST(bottlenecks_are_counted_right),
      TEST(categories_are_counted_right),     TEST(ends_of_searches_are_counted_right),
      TEST(the_answer_names_the_worst_order), TEST(altered_records_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
