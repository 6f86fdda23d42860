#include "cli/things.h"

#include <string.h>

#include "cli/session.h"
#include "data/format.h"
#include "data/relevance.h"
#include "definition/describe.h"
#include "dimension/estimator.h"
#include "engines/engine.h"
#include "limits/arithmetic.h"
#include "limits/construction.h"
#include "limits/dimension_bounds.h"
#include "limits/free_embedding.h"
#include "limits/layout.h"
#include "limits/loss.h"
#include "measures/ranking_measure.h"
#include "measures/search_set.h"
#include "orders/order.h"
#include "retrieval/representation.h"

/* ---- kinds ---- */

static const char *kind_name(size_t i) {
  return limen_cli_kinds[i] ? limen_cli_kinds[i]->name : NULL;
}
static const char *kind_about(size_t i) { return limen_cli_kinds[i]->about; }

static void kind_more(size_t i, struct limen_text *out) {
  const struct limen_kind *kind = limen_cli_kinds[i];
  int width = 0;
  limen_text_add(out, "\nparameters:\n");
  limen_describe_parameters(kind->parameters, out);
  limen_text_add(out, "\nmeasures (columns of results.csv, or timings.csv where timed):\n");
  for (size_t m = 0; kind->measures[m].name; m++)
    if ((int)strlen(kind->measures[m].name) > width) width = (int)strlen(kind->measures[m].name);
  for (size_t m = 0; kind->measures[m].name; m++) {
    const struct limen_measure_column *measure = &kind->measures[m];
    limen_text_print(out, "  %-*s  %s%s%s%s%s\n", width, measure->name, measure->about,
                     *measure->unit ? " [" : "", measure->unit, *measure->unit ? "]" : "",
                     measure->timed ? ", timed" : "");
  }
  limen_text_add(out, "\nexample:\n  limen run FILE.yml, a definition with `kind:` set to this\n");
}

/* ---- what kinds of experiments choose from ---- */

static const char *loss_about(size_t i) { return limen_loss_at(i)->about; }
static void loss_more(size_t i, struct limen_text *out) {
  limen_text_print(out, "\nexample:\n  limen run limit_k2 --set loss=%s\n", limen_loss_name(i));
}

/* What else a training chooses from: each is a parameter of critical_n by its own name. */
#define TRAINING_CHOICE(noun)                                                                    \
  static const char *noun##_about(size_t i) { return limen_##noun##_at(i)->about; }              \
  static void noun##_more(size_t i, struct limen_text *out) {                                    \
    limen_text_print(out,                                                                        \
                     "\nexample:\n  limen run limit_k2 --set loss=softmin --set " #noun "=%s\n", \
                     limen_##noun##_name(i));                                                    \
  }
TRAINING_CHOICE(query_rule)
TRAINING_CHOICE(schedule)
TRAINING_CHOICE(optimizer)
TRAINING_CHOICE(start)

static const char *pattern_about(size_t i) { return limen_pattern_at(i)->about; }
static void pattern_more(size_t i, struct limen_text *out) {
  limen_text_print(out, "\nexample:\n  limen run limit_k2 --set pattern=%s\n",
                   limen_pattern_name(i));
}

static const char *construction_about(size_t i) { return limen_construction_at(i)->about; }
static void construction_more(size_t i, struct limen_text *out) {
  const struct limen_construction *construction = limen_construction_at(i);
  limen_text_print(
      out, "\n%s; serves sets of up to %zu\n\nexample:\n  limen run limit_scale --set family=%s\n",
      construction->title, construction->k_most, construction->name);
}

/* Of vectors first, then of texts: how many come before the latter. */
static size_t vector_datasets(void) {
  size_t count = 0;
  while (limen_cli_datasets[count]) count++;
  return count;
}
static const struct limen_text_dataset *text_dataset(size_t i) {
  return limen_cli_text_datasets[i - vector_datasets()];
}
static const char *dataset_name(size_t i) {
  if (i < vector_datasets()) return limen_cli_datasets[i]->name;
  return text_dataset(i) ? text_dataset(i)->name : NULL;
}
static const char *dataset_about(size_t i) {
  return i < vector_datasets() ? limen_cli_datasets[i]->about : text_dataset(i)->about;
}
static void dataset_more(size_t i, struct limen_text *out) {
  const char *name = dataset_name(i);
  const bool vectors = i < vector_datasets();
  limen_text_add(out, "\nparameters:\n");
  limen_describe_parameters(
      vectors ? limen_cli_datasets[i]->parameters : text_dataset(i)->parameters, out);
  limen_text_print(out, "\nexample:\n  limen generate %s --out data/%s --set %s=2000\n", name, name,
                   vectors ? "n" : "documents");
}

static const char *engine_about(size_t i) { return limen_engine_at(i)->about; }
static void engine_more(size_t i, struct limen_text *out) {
  static const struct {
    unsigned reads;
    const char *name;
  } settings[] = {{LIMEN_READS_M, "M"},         {LIMEN_READS_EF_CONSTRUCTION, "ef_construction"},
                  {LIMEN_READS_EF, "ef"},       {LIMEN_READS_LEVELS, "levels"},
                  {LIMEN_READS_BATCH, "batch"}, {LIMEN_READS_ORDER, "order"}};
  const struct limen_engine *engine = limen_engine_at(i);
  limen_text_add(out, "\nlooks at:");
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
    if (engine->reads & settings[s].reads) limen_text_print(out, " %s", settings[s].name);
  limen_text_print(out, "%s\n\nexample:\n  limen run ef_sweep --set engine=%s\n",
                   engine->reads ? "" : " nothing", engine->name);
}

static const char *order_about(size_t i) { return limen_order_at(i)->about; }
static void order_more(size_t i, struct limen_text *out) {
  unsigned needs = limen_order_at(i)->needs;
  limen_text_print(out, "%s\nexample:\n  limen run insertion_order --set order=random,%s\n",
                   needs & LIMEN_ORDER_NEEDS_LABELS ? "\nneeds labels: a category per row\n" : "",
                   limen_order_name(i));
}

static const char *representation_about(size_t i) { return limen_representation_at(i)->about; }
static void representation_more(size_t i, struct limen_text *out) {
  static const struct {
    unsigned reads;
    const char *name;
  } settings[] = {{LIMEN_REPRESENTATION_READS_D, "d"},
                  {LIMEN_REPRESENTATION_READS_SEED, "seed"},
                  {LIMEN_REPRESENTATION_READS_WORDS, "stop_words, stemmer"},
                  {LIMEN_REPRESENTATION_READS_BM25, "k1, b"},
                  {LIMEN_REPRESENTATION_READS_TRAINING, "tau, lr, steps"},
                  {LIMEN_REPRESENTATION_READS_FILES, "files of vectors and ids"}};
  const struct limen_representation *representation = limen_representation_at(i);
  const char *comma = "";
  limen_text_add(out, "\nlooks at: ");
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    if (!(representation->reads & settings[s].reads)) continue;
    limen_text_print(out, "%s%s", comma, settings[s].name);
    comma = ", ";
  }
  if (representation->d > 0) limen_text_print(out, "\ndefault: d = %zu", representation->d);
  limen_text_print(out, "\n%s%s\n",
                   representation->dense ? "has vectors, which any engine can search"
                                         : "has no vectors; it is searched exactly",
                   representation->oracle ? "; looks at the judgements" : "");
  limen_text_print(out, "\nexample:\n  limen run limit_dataset --set representation=%s%s\n",
                   representation->name,
                   representation->reads & LIMEN_REPRESENTATION_READS_FILES
                       ? " --set data=DIR \\\n"
                         "    --set document_vectors=DOCS.npy --set query_vectors=QUERIES.npy"
                       : "");
}

static const char *arithmetic_about(size_t i) { return limen_quantiser_at(i)->about; }
static void arithmetic_more(size_t i, struct limen_text *out) {
  const struct limen_quantiser *quantiser = limen_quantiser_at(i);
  limen_text_print(out, "\nbits: %zu a coordinate", quantiser->bits);
  if (quantiser->vector_bits > 0)
    limen_text_print(out, ", and %zu a vector for its scale", quantiser->vector_bits);
  limen_text_print(out, "\n\nexample:\n  limen run model_audit --set format=%s\n", quantiser->name);
}

static const char *bound_about(size_t i) { return limen_dimension_bound_at(i)->about; }
static void bound_more(size_t i, struct limen_text *out) {
  const bool lower = limen_dimension_bound_at(i)->side == LIMEN_BOUND_LOWER;
  limen_text_print(out,
                   "\n%s bound on the dimension that judgements need\n\nexample:\n  limen bounds "
                   "qrels.tsv\n",
                   lower ? "lower" : "upper");
}

/* ---- layouts ---- */

static const char *layout_about(size_t i) { return limen_layout_at(i)->about; }
static void layout_more(size_t i, struct limen_text *out) {
  const struct limen_layout *layout = limen_layout_at(i);
  limen_text_print(out, "\n%s; %s\n\nexample:\n  limen run limit_precision --set construction=%s\n",
                   layout->unit ? "documents of length 1" : "documents of any length",
                   layout->every ? "every set of k documents has a query"
                                 : "whether every set of k documents has a query must be looked at",
                   layout->name);
}

/* ---- estimators and measures ---- */

static void print_estimator(const struct limen_estimator *estimator, struct limen_text *out) {
  if (estimator->parameter)
    limen_text_print(out, "\nparameter: %s, default %g\n", estimator->parameter,
                     limen_estimator_parameter(estimator, &limen_dimension_defaults));
  limen_text_print(out, "\nexample:\n  limen dimension base.npy%s\n",
                   estimator->times_k > 0 ? " -k 10,20,100" : "");
}

static const char *estimator_about(size_t i) { return limen_estimator_at(i)->about; }
static void estimator_more(size_t i, struct limen_text *out) {
  print_estimator(limen_estimator_at(i), out);
}

static const char *hardness_about(size_t i) { return limen_hardness_at(i)->about; }
static void hardness_more(size_t i, struct limen_text *out) {
  print_estimator(limen_hardness_at(i), out);
}

static const char *measure_about(size_t i) { return limen_search_measure_at(i)->about; }
static void measure_more(size_t i, struct limen_text *out) {
  const struct limen_search_measure *measure = limen_search_measure_at(i);
  limen_text_print(out,
                   "\n%s%s%s is better\n\nexample:\n  limen recall truth.ivecs results.ivecs\n",
                   *measure->unit ? "unit: " : "", *measure->unit ? measure->unit : "a share",
                   measure->higher_is_better ? "; higher" : "; lower");
}

static const char *ranking_about(size_t i) { return limen_ranking_measure_at(i)->about; }
static void ranking_more(size_t i, struct limen_text *out) {
  const struct limen_ranking_measure *measure = limen_ranking_measure_at(i);
  if (measure->cutoffs) {
    limen_text_add(out, "\ncutoffs K by default:");
    for (const double *cutoff = measure->cutoffs; *cutoff != LIMEN_CUTOFFS_END; cutoff++)
      limen_text_print(out, " %g", *cutoff);
    limen_text_add(out, "\n");
  }
  limen_text_print(out, "\nexample:\n  limen eval qrels.tsv system.run -m %s%s\n", measure->name,
                   !measure->cutoffs ? ""
                   : measure->shares ? "_0.5"
                                     : "_10");
}

/* ---- formats ---- */

static void format_more(size_t i, struct limen_text *out) {
  limen_text_print(out, "\nexample:\n  limen convert IN OUT, where %s is read by its content\n",
                   limen_format_name(i));
}

static const char *importer_name(size_t i) {
  return limen_cli_importers[i] ? limen_cli_importers[i]->name : NULL;
}
static const char *importer_about(size_t i) { return limen_cli_importers[i]->about; }
static void importer_more(size_t i, struct limen_text *out) {
  limen_text_print(out, "\nexample:\n  limen import %s FILE --out reports/theirs\n",
                   importer_name(i));
}

/* ---- the table ---- */

static const struct limen_things things[] = {
    {"kinds", "kind", kind_name, kind_about, kind_more},
    {"losses", "loss", limen_loss_name, loss_about, loss_more},
    {"patterns", "pattern", limen_pattern_name, pattern_about, pattern_more},
    {"constructions", "construction", limen_construction_name, construction_about,
     construction_more},
    {"query_rules", "rule for queries", limen_query_rule_name, query_rule_about, query_rule_more},
    {"schedules", "schedule of temperature", limen_schedule_name, schedule_about, schedule_more},
    {"optimizers", "optimizer", limen_optimizer_name, optimizer_about, optimizer_more},
    {"starts", "start of training", limen_start_name, start_about, start_more},
    {"datasets", "dataset", dataset_name, dataset_about, dataset_more},
    {"engines", "engine", limen_engine_name, engine_about, engine_more},
    {"orders", "order", limen_order_name, order_about, order_more},
    {"representations", "representation", limen_representation_name, representation_about,
     representation_more},
    {"layouts", "layout", limen_layout_name, layout_about, layout_more},
    {"arithmetics", "arithmetic", limen_quantiser_name, arithmetic_about, arithmetic_more},
    {"bounds", "bound on the dimension", limen_dimension_bound_name, bound_about, bound_more},
    {"estimators", "estimator", limen_estimator_name, estimator_about, estimator_more},
    {"hardness", "measure of hardness", limen_hardness_name, hardness_about, hardness_more},
    {"measures", "measure", limen_search_measure_name, measure_about, measure_more},
    {"ranking_measures", "measure of rankings", limen_ranking_measure_name, ranking_about,
     ranking_more},
    {"formats", "format", limen_format_name, limen_format_about, format_more},
    {"importers", "importer", importer_name, importer_about, importer_more},
};
enum { THINGS = sizeof things / sizeof *things };

const struct limen_things *limen_things_at(size_t i) { return i < THINGS ? &things[i] : NULL; }
const char *limen_things_name(size_t i) { return i < THINGS ? things[i].plural : NULL; }

bool limen_things_hold(const struct limen_things *some, const char *name, size_t *index) {
  for (*index = 0; some->name(*index); ++*index)
    if (strcmp(some->name(*index), name) == 0) return true;
  return false;
}
