/* How many documents can d dimensions serve, if every pattern of relevance must come out on top?
 *
 * The search over n is that of Weller et al. 2025 (arXiv 2508.21038) as their code does it: from a
 * start gallop up or down with doubling steps, bisect, then sweep n-4 .. n+5. It assumes that
 * success is monotone in n, which is true of geometry and false of optimisers; so it is repeated
 * for several seeds, every attempt is kept, and the report shows all of them.
 *
 * Each attempt of (point, n, seed) starts from random numbers of its own, so attempts are
 * independent. A second search goes on upwards to where 99% of the subsets still come out right. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/relevance.h"
#include "experiments/kinds/critical_n/critical_n.h"
#include "limits/free_embedding.h"

const struct limen_parameter critical_parameters[] = {
    {"k", "relevant documents per query", LIMEN_INTEGER, LIMEN_AXIS, "2", 1, 64, false, NULL, NULL,
     NULL},
    {"loss", "what training minimises", LIMEN_CHOICE, LIMEN_AXIS, "infonce", 0, 0, false,
     limen_loss_name, NULL, NULL},
    {"query_rule", "where queries come from", LIMEN_CHOICE, LIMEN_AXIS, "free", 0, 0, false,
     limen_query_rule_name, NULL, NULL},
    {"schedule", "how the temperature runs over the steps", LIMEN_CHOICE, LIMEN_AXIS, "constant", 0,
     0, false, limen_schedule_name, NULL, NULL},
    {"optimizer", "how training moves the vectors", LIMEN_CHOICE, LIMEN_AXIS, "adam", 0, 0, false,
     limen_optimizer_name, NULL, NULL},
    {"start", "where the vectors start", LIMEN_CHOICE, LIMEN_AXIS, "random", 0, 0, false,
     limen_start_name, NULL, NULL},
    {"tau", "temperature of the loss, where the schedule ends", LIMEN_REAL, LIMEN_AXIS, "0.1", 0,
     1000, true, NULL, NULL, NULL},
    {"pattern", "which subsets of the documents are queries", LIMEN_CHOICE, LIMEN_AXIS, "all", 0, 0,
     false, limen_pattern_name, NULL, NULL},
    {"d", "dimensions", LIMEN_INTEGER, LIMEN_AXIS, "8", 1, 4096, false, NULL, NULL, NULL},
    {"queries", "queries a pattern has; 0: its natural number", LIMEN_INTEGER, LIMEN_SETTING, "0",
     0, 1e9, false, NULL, NULL, NULL},
    {"lr", "learning rate of Adam", LIMEN_REAL, LIMEN_SETTING, "0.01", 0, 1000, true, NULL, NULL,
     NULL},
    {"beta1", "Adam's decay of the first moment", LIMEN_REAL, LIMEN_SETTING, "0.9", 0, 0.999999,
     false, NULL, NULL, NULL},
    {"beta2", "Adam's decay of the second moment", LIMEN_REAL, LIMEN_SETTING, "0.999", 0, 0.9999999,
     false, NULL, NULL, NULL},
    {"epsilon", "Adam's epsilon", LIMEN_REAL, LIMEN_SETTING, "1e-8", 0, 1, true, NULL, NULL, NULL},
    {"tau_start", "temperature where an annealed schedule begins", LIMEN_REAL, LIMEN_SETTING, "1",
     0, 1000, true, NULL, NULL, NULL},
    {"anneal_steps", "steps from tau_start to tau", LIMEN_INTEGER, LIMEN_SETTING, "3000", 1, 1e9,
     false, NULL, NULL, NULL},
    {"max_steps", "steps at most", LIMEN_INTEGER, LIMEN_SETTING, "100000", 1, 1e9, false, NULL,
     NULL, NULL},
    {"patience", "steps without a gain of the loss before giving up", LIMEN_INTEGER, LIMEN_SETTING,
     "1000", 1, 1e9, false, NULL, NULL, NULL},
    {"min_gain", "what counts as a gain of the loss", LIMEN_REAL, LIMEN_SETTING, "1e-5", 0, 1000,
     false, NULL, NULL, NULL},
    {"check_every", "steps between two looks at all queries", LIMEN_INTEGER, LIMEN_SETTING, "50", 1,
     1e9, false, NULL, NULL, NULL},
    {"gap_steps", "steps of a training for the widest gap", LIMEN_INTEGER, LIMEN_SETTING, "4000", 1,
     1e9, false, NULL, NULL, NULL},
    {"gap_trainings", "trainings for the widest gap at every critical n; 0: none", LIMEN_INTEGER,
     LIMEN_PLANNING, "0", 0, 1000, false, NULL, NULL, NULL},
    {"seeds", "how often the whole search is repeated", LIMEN_INTEGER, LIMEN_PLANNING, "3", 1,
     10000, false, NULL, NULL, NULL},
    {"first_seed", "seeds are this one and those after it", LIMEN_INTEGER, LIMEN_PLANNING, "1", 0,
     1e15, false, NULL, NULL, NULL},
    {"start_n", "where the search starts; 0: 2 d + 3", LIMEN_INTEGER, LIMEN_PLANNING, "0", 0, 1e6,
     false, NULL, NULL, NULL},
    {"n_most", "documents at most: the search stops there", LIMEN_INTEGER, LIMEN_PLANNING, "1024",
     2, 1e6, false, NULL, NULL, NULL},
    {"n", "documents", LIMEN_INTEGER, LIMEN_COORDINATE, NULL, 1, 1e6, false, NULL, NULL, NULL},
    {"seed", "seed of the search", LIMEN_INTEGER, LIMEN_COORDINATE, NULL, 0, 1e15, false, NULL,
     NULL, NULL},
    {"aim", "0: all queries right; 1: the widest gap", LIMEN_INTEGER, LIMEN_COORDINATE, NULL, 0, 1,
     false, NULL, NULL, NULL},
    {0},
};

const struct limen_measure_column critical_measures[] = {
    [CRITICAL_QUERIES] = {"subsets", "queries that must come out right", "queries", false},
    [CRITICAL_SUCCESS] = {"success", "1 when all came out right and that was proved", "share",
                          false},
    [CRITICAL_REACHED] = {"reached", "1 when all came out right in float32", "share", false},
    [CRITICAL_SHARE] = {"share_right", "queries right at the best look", "share", false},
    [CRITICAL_WRONG] = {"wrong", "queries wrong at the best look", "queries", false},
    [CRITICAL_MARGIN] = {"worst_margin", "smallest margin of a query at the best look", "score",
                         false},
    [CRITICAL_BOUND] = {"error_bound", "of the worst margin, where success was proved", "score",
                        false},
    [CRITICAL_STEPS] = {"steps", "steps taken", "steps", false},
    [CRITICAL_LOSS] = {"final_loss", "loss at the last step", "nats", false},
    [CRITICAL_STOP] = {"stop", "0 all right, 1 patience ran out, 2 steps ran out, 3 diverged", "",
                       false},
    {0},
};

/* ---- the search ---- */

enum { SWEEP_BELOW = 4, SWEEP_ABOVE = 5, NOT_KNOWN = -1 };

int64_t critical_first_seed(const struct limen_plan *plan) {
  return limen_grid_integer(&plan->grid, 0, "first_seed");
}

int64_t critical_seeds(const struct limen_plan *plan) {
  return limen_grid_integer(&plan->grid, 0, "seeds");
}

/* The share of subsets right and whether all were, proved; false while that is not known. */
static bool attempt(struct critical_search *search, int64_t n, double *share, bool *success) {
  const int64_t coordinates[] = {n, search->seed, CRITICAL_ALL_RIGHT};
  const struct limen_cell *cell =
      search->plan ? limen_plan_ask(search->plan, search->point, coordinates)
                   : limen_plan_peek(search->finished, search->point, coordinates);
  if (!cell) {
    search->waiting = true;
    return false;
  }
  const double *values = cell->answer.values;
  search->attempts++;
  *share = values[CRITICAL_SHARE];
  *success = values[CRITICAL_SUCCESS] == 1;
  if (*success && n > search->critical) search->critical = n;
  if (*share >= CRITICAL_NEARLY_ALL && n > search->nearly) search->nearly = n;
  return true;
}

/* 1 or 0: is n good (all right; or nearly all, when `nearly`); NOT_KNOWN while waiting. Fewer than
 * n_least documents count as good: k of them have nothing to be told apart from. */
static int is_good(struct critical_search *search, int64_t n, bool nearly) {
  double share;
  bool success;
  if (n < search->n_least) return 1;
  if (!attempt(search, n, &share, &success)) return NOT_KNOWN;
  return nearly ? share >= CRITICAL_NEARLY_ALL : success;
}

/* Doubling steps from a good n up to a bad one. False while waiting. */
static bool gallop_up(struct critical_search *search, bool nearly, int64_t *low, int64_t *high) {
  for (int64_t step = 1; *low < search->n_most; step *= 2) {
    int64_t n = *low + step < search->n_most ? *low + step : search->n_most;
    int good = is_good(search, n, nearly);
    if (good == NOT_KNOWN) return false;
    if (!good) {
      *high = n;
      return true;
    }
    *low = n;
  }
  *high = search->n_most;
  return true;
}

/* Doubling steps from a bad n down to a good one. */
static bool gallop_down(struct critical_search *search, int64_t *low, int64_t *high) {
  for (int64_t step = 1;; step *= 2) {
    int64_t n = *high - step < search->n_least ? search->n_least - 1 : *high - step;
    int good = is_good(search, n, false);
    if (good == NOT_KNOWN) return false;
    if (good) {
      *low = n;
      return true;
    }
    *high = n;
  }
}

/* The published bisection, whose bounds are inclusive: it looks at the ends again, which costs
 * nothing, and so takes other middles than one with open bounds. *found: the last good middle. */
static bool bisect(struct critical_search *search, bool nearly, int64_t low, int64_t high,
                   int64_t *found) {
  *found = low;
  while (low <= high) {
    int64_t middle = low + (high - low) / 2;
    int good = is_good(search, middle, nearly);
    if (good == NOT_KNOWN) return false;
    if (good) *found = middle;
    if (good)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return true;
}

static const struct limen_grid *grid_of(const struct critical_search *search) {
  return search->plan ? &search->plan->grid : &search->finished->grid;
}

static int64_t start_of(const struct critical_search *search) {
  int64_t start = limen_grid_integer(grid_of(search), 0, "start_n");
  if (start == 0) start = 2 * search->d + 3;
  if (start < search->n_least) start = search->n_least;
  return start < search->n_most ? start : search->n_most;
}

/* The published search. */
static bool find_critical(struct critical_search *search) {
  int64_t low = start_of(search), high = low, found;
  int good = is_good(search, low, false);
  if (good == NOT_KNOWN) return false;
  if (!(good ? gallop_up(search, false, &low, &high) : gallop_down(search, &low, &high)))
    return false;
  if (!bisect(search, false, low, high, &found)) return false;
  for (int64_t n = found - SWEEP_BELOW; n <= found + SWEEP_ABOVE; n++)
    if (n >= search->n_least && n <= search->n_most) is_good(search, n, false);
  search->at_most = search->critical == search->n_most;
  return !search->waiting;
}

/* The fewest documents of which k are not all, and that have so many queries; n_most + 1 when even
 * n_most are too few. */
static int64_t least_documents(const struct limen_grid *grid, size_t point) {
  int64_t n = limen_grid_integer(grid, point, "k") + 1;
  int64_t n_most = limen_grid_integer(grid, 0, "n_most");
  const struct limen_pattern *pattern =
      limen_pattern_find(limen_grid_string(grid, point, "pattern"));
  size_t queries = (size_t)limen_grid_integer(grid, 0, "queries");
  while (n <= n_most &&
         pattern->most((size_t)n, (size_t)limen_grid_integer(grid, point, "k")) < queries)
    n++;
  return n;
}

void critical_search(struct critical_search *search) {
  const struct limen_grid *grid = grid_of(search);
  search->k = limen_grid_integer(grid, search->point, "k");
  search->d = limen_grid_integer(grid, search->point, "d");
  search->n_least = least_documents(grid, search->point);
  search->n_most = limen_grid_integer(grid, 0, "n_most");
  search->critical = search->nearly = search->n_least - 1;
  search->attempts = 0;
  search->waiting = search->at_most = search->nearly_at_most = false;
  if (!find_critical(search)) return;
  /* What the second search happens to find is not part of the published one. */
  int64_t low = search->nearly, high = low, critical = search->critical, found;
  if (gallop_up(search, true, &low, &high)) bisect(search, true, low, high, &found);
  search->nearly_at_most = search->nearly == search->n_most;
  search->critical = critical;
}

/* Once a search is complete: how wide a gap there is at the n it found. */
static void ask_for_gaps(struct limen_plan *plan, const struct critical_search *search) {
  int64_t trainings = limen_grid_integer(&plan->grid, 0, "gap_trainings");
  if (search->waiting || search->critical < search->n_least) return;
  for (int64_t i = 0; i < trainings; i++) {
    const int64_t coordinates[] = {search->critical, critical_first_seed(plan) + i,
                                   CRITICAL_WIDEST};
    limen_plan_ask(plan, search->point, coordinates);
  }
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
    for (int64_t i = 0; i < critical_seeds(plan) && critical_defined(&plan->grid, point); i++) {
      struct critical_search search = {
          .plan = plan, .point = point, .seed = critical_first_seed(plan) + i};
      critical_search(&search);
      ask_for_gaps(plan, &search);
    }
  return LIMEN_OK;
}

/* ---- the kind ---- */

bool critical_defined(const struct limen_grid *grid, size_t point) {
  const struct limen_query_rule *rule =
      limen_query_rule_find(limen_grid_string(grid, point, "query_rule"));
  return !rule->solved || limen_loss_find(limen_grid_string(grid, point, "loss"))->of_gap;
}

/* Steps cost 6 queries n d operations; how many are needed is unknown, but similar everywhere. */
static double cost(const struct limen_cell *cell) {
  size_t n = (size_t)limen_cell_integer(cell, "n"), k = (size_t)limen_cell_integer(cell, "k");
  bool all = strcmp(limen_cell_string(cell, "pattern"), "all") == 0;
  double queries = all ? (double)limen_binomial(n, k) : (double)n;
  return queries * (double)n * (double)(limen_cell_integer(cell, "d") + 8);
}

/* What no range of a single parameter can say. */
static int check(const struct limen_grid *grid, struct limen_error *error) {
  int64_t n_most = limen_grid_integer(grid, 0, "n_most");
  int64_t queries = limen_grid_integer(grid, 0, "queries");
  bool any = false;
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    int64_t k = limen_grid_integer(grid, point, "k"), d = limen_grid_integer(grid, point, "d");
    const char *pattern = limen_grid_string(grid, point, "pattern");
    any = any || critical_defined(grid, point);
    if (strcmp(limen_grid_string(grid, point, "start"), "moment_curve") == 0 && d < 2 * k)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "start moment_curve serves k = %" PRId64
                        " relevant documents from d = "
                        "%" PRId64 " on, and d is %" PRId64 ": raise d, or take start random",
                        k, 2 * k, d);
    if (k >= n_most)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "k = %" PRId64 " needs more than n_most = %" PRId64
                        " documents: raise n_most or lower k",
                        k, n_most);
    if (queries > 0 && strcmp(pattern, "all") == 0)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "queries = %" PRId64
                        ": pattern all asks for every subset; leave queries "
                        "at 0, or take pattern dense or random",
                        queries);
    if (least_documents(grid, point) > n_most)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "queries = %" PRId64 ": %" PRId64
                        " documents, n_most, have fewer for "
                        "pattern %s; raise n_most or lower queries",
                        queries, n_most, pattern);
  }
  if (!any)
    return LIMEN_FAIL(
        error, LIMEN_USAGE,
        "query_rule %s trains on the gap alone, and loss %s is no function of it: take "
        "loss softmin or hinge, or another query_rule",
        limen_grid_string(grid, 0, "query_rule"), limen_grid_string(grid, 0, "loss"));
  return LIMEN_OK;
}

const struct limen_kind limen_kind_critical_n = {
    .name = "critical_n",
    .about = "the largest number of documents that d dimensions serve, by free embeddings",
    .parameters = critical_parameters,
    .measures = critical_measures,
    .check = check,
    .plan = plan_cells,
    .cost = cost,
    .run = critical_run,
    .summarise = critical_summarise,
    .describe = critical_describe,
    .certify = critical_certify,
};
