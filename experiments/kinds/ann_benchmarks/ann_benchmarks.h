/* What the files of the kind ann_benchmarks share: its measures, the data that answers are judged
 * against, and one file of a results tree. */
#ifndef LIMEN_KINDS_ANN_BENCHMARKS_H
#define LIMEN_KINDS_ANN_BENCHMARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "data/matrix.h"
#include "measures/search_set.h"
#include "run/plan.h"

/* Columns of results.csv and timings.csv, in the order of the measures table. */
enum ann_measure {
  ANN_REFUSED, /* 1: the file is not usable and all else is NaN; why stands in the blob "refused" */
  ANN_K,
  ANN_QUERIES,  /* judged */
  ANN_LEFT_OUT, /* queries that no row is nearest to: without a direction */
  ANN_RECALL,
  ANN_TIES,
  ANN_EPSILON,
  ANN_ABSOLUTE, /* ann-benchmarks' own rule */
  ANN_ALL_WRONG,
  ANN_SHORT,
  ANN_DUPLICATES,
  ANN_INVALID,
  ANN_NEARER,
  ANN_OFF,
  ANN_TIED,
  ANN_TIED_TO_END,
  ANN_CANDIDATES,
  ANN_DISTANCES,
  ANN_INDEX_KB,
  ANN_RUNS,
  ANN_QPS, /* timed, from here on */
  ANN_MEAN_US,
  ANN_P50_US,
  ANN_P99_US,
  ANN_BUILD_S,
  ANN_MEASURES
};

/* Raw answers, blobs of a cell:
 *   "hits"     uint16, ANN_HITS a query; all ANN_NOT_JUDGED for a query that is left out
 *   "name"     what the file calls the algorithm, with its arguments; text
 *   "sha256"   of the file as it was judged; text
 *   "refused"  why the file is not usable; text
 * The ids themselves stay in the tree: a tree holds thousands of files, and its copy would be as
 * large. */
enum ann_hit {
  ANN_HIT_RECALL, /* in the order of enum limen_recall_kind */
  ANN_HIT_TIES,
  ANN_HIT_EPSILON,
  ANN_HIT_ABSOLUTE,
  ANN_HIT_RETURNED,
  ANN_HIT_DUPLICATES,
  ANN_HIT_INVALID,
  ANN_HITS
};
enum { ANN_NOT_JUDGED = UINT16_MAX, ANN_K_MOST = UINT16_MAX - 1 };

/* What ann-benchmarks adds to the distance of the k-th, in plain distances of whatever scale. */
#define ANN_SLACK 1e-3

extern const struct limen_parameter ann_parameters[];
extern const struct limen_measure_column ann_measures[];

/* ---- the dataset's file (data.c) ---- */

struct ann_world {
  enum limen_metric metric;
  struct limen_vectors base; /* mapped */
  struct limen_matrix queries;
  struct limen_ids truth; /* neighbours as the file has them, with its distances */
  double *r;              /* queries x truth.columns: the same rows' distances from the vectors,
                             ascending; INFINITY where a row has no direction, NaN the query */
};

/* "euclidean" or "angular"; LIMEN_INPUT names the file and what else it says it is for. */
int ann_metric_of(const char *path, enum limen_metric *out, struct limen_error *error);
/* Its name in ann-benchmarks, and a distance of ours as one of theirs. */
const char *ann_metric_name(enum limen_metric metric);
double ann_distance(enum limen_metric metric, double r);

int ann_world_open(const char *path, struct ann_world *out, struct limen_error *error);
void ann_world_close(struct ann_world *world);

/* The distance from a query to a row of the base; INFINITY or NaN as above. `scratch` holds a row.
 */
double ann_measure(const struct ann_world *world, size_t query, size_t id, float *scratch);

/* The world of a cell, opened by the first that asks. */
int ann_world_take(const struct limen_cell *cell, const struct ann_world **out,
                   struct limen_error *error);
void ann_world_give(const struct ann_world *world);
void ann_world_release(void);

/* ---- names (names.c) ---- */

/* "10/hnswlib-batch/M_16" -> 10, "hnswlib-batch", true, "M_16". */
struct ann_name {
  size_t k;
  char *algorithm; /* the folder's name; owned by the name, as is `arguments` */
  char *arguments;
  bool batch; /* all queries in one call */
};
/* LIMEN_INPUT for what is no such name. */
int ann_name_init(const char *result, struct ann_name *out, struct limen_error *error);
void ann_name_clear(struct ann_name *name);

/* The file of a cell's result, released by limen_free. */
char *ann_path_of(const struct limen_cell *cell, struct limen_error *error);

/* ---- one file of a results tree (result.c) ---- */

struct ann_result {
  struct limen_ids answers; /* the first k columns count */
  float *times;             /* seconds, one a query; NULL: it has none */
  double build_s, search_s; /* of the whole build; of a query, the best of all passes; NaN: unknown,
                               as all below */
  double index_kb, candidates, runs, evaluations; /* evaluations: a query */
  char name[256]; /* what the algorithm calls itself; "" when it does not */
};

/* LIMEN_INPUT for a link, anything but a regular file, and one of more bytes than are read. */
int ann_file_check(const char *path, struct limen_error *error);

/* Reads and checks a file. LIMEN_INPUT, with the file's name, for whatever makes it unusable: its
 * kind, size, shape, types, or attributes that contradict where it stands or what it answers. */
int ann_result_read(const char *path, const struct ann_name *name, const struct ann_world *world,
                    struct ann_result *out, struct limen_error *error);
void ann_result_clear(struct ann_result *result);

/* ---- judging (judge.c) ---- */

struct ann_judging {
  size_t k;
  double tie, epsilon;
};

/* A file's answers judged, as both the run and its verification do it. */
struct ann_judgement {
  uint16_t *hits; /* ANN_HITS a query */
  double value[ANN_MEASURES];
};
int ann_judge(const struct ann_world *world, const struct ann_result *result,
              const struct ann_judging *judging, struct ann_judgement *out,
              struct limen_error *error);
void ann_judgement_clear(struct ann_judgement *judgement);

/* A cell's file, read and judged. */
struct ann_reading {
  char refused[1024]; /* why it is not usable, and then nothing else is filled; "": it is */
  char sha256[65];    /* of its bytes */
  char name[256];     /* as in ann_result */
  struct ann_judgement judgement;
};
int ann_cell_read(const struct limen_cell *cell, struct ann_reading *out,
                  struct limen_error *error);
void ann_reading_clear(struct ann_reading *reading);

int ann_run(const struct limen_cell *cell, struct limen_answer *answer, struct limen_error *error);
int ann_verify(const struct limen_plan *plan, struct limen_text *words, struct limen_error *error);
int ann_summarise(const struct limen_plan *plan, struct limen_summary *out,
                  struct limen_error *error);
int ann_describe(const struct limen_plan *plan, struct limen_document *out,
                 struct limen_error *error);

#endif
