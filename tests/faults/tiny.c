#include "faults/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/format.h"
#include "engines/engine.h"
#include "faults/inside.h"
#include "support/folder.h"

const struct tiny_case tiny_cases[] = {
    {.words = {"list"}},
    {.words = {"describe", "critical_n"}},
    {.words = {"run", "limit_k2", "--set", "d=2..3", "--set", "seeds=1", "--threads", "1",
               "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "@/recall.yml", "--threads", "1", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "@/retrieval.yml", "--threads", "1", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "limit_scale", "--set", "family=harmonic", "--set", "n=20", "--set", "k=2",
               "--threads", "1", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "limit_precision", "--set", "d=3", "--set", "arithmetic=int8", "--set",
               "n_most=11", "--set", "construction=harmonic", "--set", "proposals=3", "--threads",
               "1", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "limit_geometry", "--set", "d=4", "--set", "format=int8", "--set",
               "n_hunt=11", "--set", "proposals=3", "--set", "n_frames=20", "--threads", "1",
               "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "limit_margin", "--set", "n=5", "--set", "d=3", "--set", "proposals=3",
               "--set", "trainings=1", "--set", "steps=3", "--threads", "1", "--quiet", "--out",
               "@/run"},
     .writes = TINY_RUN},
    {.words = {"report", "@/done"}},
    {.words = {"verify", "@/done"}},
    {.words = {"verify", "@/recalled"}},
    {.words = {"verify", "@/scaled"}},
    {.words = {"import", "limit-json", "@/limit.json", "--out", "@/run"}, .writes = TINY_RUN},
    {.words = {"generate", "subspace", "--set", "n=57", "--set", "queries=11", "--set", "rank=3",
               "--out", "@/made/set"},
     .writes = TINY_FILES},
    {.words = {"generate", "limit", "--set", "documents=11", "--set", "queries=7", "--out",
               "@/made/set"},
     .writes = TINY_FILES},
    {.words = {"dimension", "@/data/base.npy", "-k", "5", "--threads", "1"}},
    {.words = {"inspect", "@/index.hnsw", "--json", "@/made/a.json"}, .writes = TINY_FILES},
    {.words = {"convert", "@/data/base.npy", "@/made/a.fvecs"}, .writes = TINY_FILES},
    {.words = {"convert", "@/data/base.npy", "@/made/a.hdf5"}, .writes = TINY_FILES},
    {.words = {"convert", "@/base.hdf5", "@/made/a.npy"}, .writes = TINY_FILES},
    {.words = {"truth", "--base", "@/data/base.npy", "--queries", "@/data/queries.npy", "-k", "3",
               "--metric", "l2", "--out", "@/made/a.ivecs"},
     .writes = TINY_FILES},
    {.words = {"recall", "@/truth.ivecs", "@/other.ivecs", "--base", "@/data/base.npy", "--queries",
               "@/data/queries.npy", "--metric", "l2"}},
    {.words = {"eval", "@/qrels", "@/a.run", "--json", "@/made/a.json"}, .writes = TINY_FILES},
    {.words = {"eval", "@/qrels", "@/a.run", "--against", "@/b.run"}},
    {.words = {"audit", "@/data/base.npy", "@/data/queries.npy", "@/judged", "--set", "M=4",
               "--threads", "1", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"bounds", "@/qrels", "--json", "@/made/a.json"}, .writes = TINY_FILES},
    {.words = {"accept", "--results", "@/observed.csv", "--baseline", "@/made/b.json", "--reason",
               "first"},
     .writes = TINY_FILES},
    {.words = {"check", "--results", "@/observed.csv", "--baseline", "@/baseline.json"}},
    {.words = {"check", "--results", "@/observed.csv", "--baseline", "@/baseline.json", "--json",
               "@/made/a.json", "--junit", "@/made/a.xml", "--bencher", "@/made/b.json",
               "--github-action-benchmark", "@/made/c.json", "--markdown", "@/made/a.md"},
     .writes = TINY_FILES},
    {.words = {"history", "@/baseline.json", "@/baseline.json", "@/done", "--metric", "observed",
               "--json", "@/made/a.json"},
     .writes = TINY_FILES},
    {.words = {"history", "@/baseline.json", "@/baseline.json", "--plot", "@/made/a.svg"},
     .writes = TINY_FILES},
    {.words = {"plan", "--detect", "1pp"}},
    {.words = {"bench", "hnsw", "--n", "57", "--d", "3", "--json", "@/made/a.json"},
     .writes = TINY_FILES,
     .varies = true},
    {.words = {"doctor"}, .varies = true, .slow = true},
    {.words = {0}},
};

/* ---- the inputs ---- */

static const char recall_definition[] =
    "name: recalled\n"
    "kind: recall\n"
    "question: What does it find?\n"
    "params:\n"
    "  data: data/base.npy\n"
    "  queries: data/queries.npy\n"
    "  n: all\n"
    "  k: 3\n"
    "  M: 3\n"
    "  ef_construction: 6\n"
    "  ef: [3, 12]\n"
    "  builds: 2\n";

static const char retrieval_definition[] =
    "name: retrieved\n"
    "kind: retrieval\n"
    "question: Do words find it?\n"
    "params:\n"
    "  set: texts\n"
    "  representation: bm25\n";

static const char results[] =
    "[{\"parameters\": {\"n\": 11, \"d\": 4, \"k\": 2, \"q\": null, \"seed\": 42,"
    " \"temperature\": 0.1, \"learning_rate\": 0.01, \"num_iterations\": 57},"
    " \"metrics\": {\"max_accuracy_observed\": 1.0, \"final_accuracy\": 1.0,"
    " \"final_loss\": 0.9}},\n"
    " {\"parameters\": {\"n\": 12, \"d\": 4, \"k\": 2, \"q\": null, \"seed\": 42,"
    " \"temperature\": 0.1, \"learning_rate\": 0.01, \"num_iterations\": 57},"
    " \"metrics\": {\"max_accuracy_observed\": 0.97, \"final_accuracy\": 0.96,"
    " \"final_loss\": 0.9}}]\n";

static void put(const char *folder, const char *name, const char *text) {
  char *path = path_of(folder, name);
  write_whole(path, text);
  free(path);
}

static void say(const struct tiny_case *tiny, const char *folder) {
  const char **words = tiny_words(tiny, folder);
  inside_run_well(words);
  tiny_free(words);
}

/* In a child: libgomp's threads do not survive a fork, so the test itself has none. */
static void put_index(const char *folder) {
  int code = 0;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct limen_matrix base = {0};
    struct limen_index index = {0};
    struct limen_index_settings settings = limen_index_defaults;
    size_t order[57];
    for (size_t i = 0; i < 57; i++) order[i] = i;
    settings.M = 3;
    char *from = path_of(folder, "data/base.npy"), *to = path_of(folder, "index.hnsw");
    bool good = limen_matrix_read(from, NULL, &base, NULL) == LIMEN_OK &&
                limen_index_build(limen_engine_find("hnswlib"), &base, order, &settings, &index,
                                  NULL) == LIMEN_OK &&
                limen_index_save(&index, to, NULL) == LIMEN_OK;
    _exit(good ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &code, 0), child);
  assert_int_equal(code, 0);
}

static void put_runs(const char *folder) {
  char qrels[2000] = "", a[4000] = "", b[4000] = "", judged[2000] = "";
  for (int q = 0; q < 11; q++)
    for (int i = 0; i < 3; i++) {
      sprintf(qrels + strlen(qrels), "q%d 0 d%d %d\n", q, (q + i) % 7, i);
      sprintf(a + strlen(a), "q%d Q0 d%d %d %g a\n", q, (q + 2 * i) % 7, i, 0.57 - 0.11 * i);
      sprintf(b + strlen(b), "q%d Q0 d%d %d %g b\n", q, (q + i * i) % 7, i, 0.32 - 0.11 * i);
      if (i < 2) sprintf(judged + strlen(judged), "%d\t%d\t1\n", q, (5 * q + i) % 57);
    }
  put(folder, "qrels", qrels);
  put(folder, "a.run", a);
  put(folder, "b.run", b);
  put(folder, "judged", judged);
}

/* Five builds of a system, whose answers to each query are the same. */
static void put_observations(const char *folder) {
  char text[2000] = "build,query,value\n";
  for (int build = 0; build < 5; build++)
    for (int query = 0; query < 11; query++)
      sprintf(text + strlen(text), "%d,%d,%g\n", build, query, query % 3 == 0 ? 0.57 : 0.83);
  put(folder, "observed.csv", text);
}

void tiny_make(const char *folder) {
  static const struct tiny_case makers[] = {
      {.words = {"generate", "subspace", "--set", "n=57", "--set", "queries=11", "--set", "rank=3",
                 "--out", "@/data"}},
      {.words = {"generate", "limit", "--set", "documents=11", "--set", "queries=7", "--out",
                 "@/texts"}},
      {.words = {"convert", "@/data/base.npy", "@/base.hdf5"}},
      {.words = {"truth", "--base", "@/data/base.npy", "--queries", "@/data/queries.npy", "-k", "3",
                 "--metric", "l2", "--out", "@/truth.ivecs"}},
      {.words = {"truth", "--base", "@/data/base.npy", "--queries", "@/data/queries.npy", "-k", "3",
                 "--metric", "ip", "--out", "@/other.ivecs"}},
      {.words = {"run", "limit_k2", "--set", "d=2..3", "--set", "seeds=1", "--quiet", "--out",
                 "@/done"}},
      {.words = {"run", "@/recall.yml", "--quiet", "--out", "@/recalled"}},
      {.words = {"run", "limit_scale", "--set", "n=20", "--set", "k=2", "--quiet", "--out",
                 "@/scaled"}},
      {.words = {"accept", "--results", "@/observed.csv", "--baseline", "@/baseline.json",
                 "--reason", "first"}},
  };
  put(folder, "recall.yml", recall_definition);
  put(folder, "retrieval.yml", retrieval_definition);
  put(folder, "limit.json", results);
  put_runs(folder);
  put_observations(folder);
  for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) say(&makers[i], folder);
  put_index(folder);
}

/* ---- cases ---- */

const char **tiny_words(const struct tiny_case *tiny, const char *folder) {
  enum { MOST = sizeof tiny->words / sizeof *tiny->words };
  const char **words = calloc(MOST + 1, sizeof *words);
  assert_non_null(words);
  for (size_t i = 0; i < MOST && tiny->words[i]; i++) {
    bool path = strncmp(tiny->words[i], "@/", 2) == 0;
    words[i] = path ? path_of(folder, tiny->words[i] + 2) : strdup(tiny->words[i]);
  }
  return words;
}

void tiny_free(const char **words) {
  for (size_t i = 0; words[i]; i++) free((char *)(uintptr_t)words[i]);
  free(words);
}

void tiny_clear(const char *folder) {
  char *made = path_of(folder, "made");
  folder_remove(path_of(folder, "run"));
  folder_remove(path_of(folder, "cache"));
  folder_remove(strdup(made));
  assert_int_equal(mkdir(made, 0755), 0);
  free(made);
}

struct snapshot tiny_written(const struct tiny_case *tiny, const char *folder) {
  struct snapshot written = {0};
  bool run = tiny->writes == TINY_RUN;
  const char *name = run ? "run" : "made";
  char *path = path_of(folder, name);
  if (tiny->writes != TINY_NOTHING && is_there(folder, name)) written = snapshot_take(path, run);
  free(path);
  return written;
}

const char *tiny_difference(const struct snapshot *a, const struct snapshot *b) {
  for (size_t i = 0; i < a->count || i < b->count; i++) {
    if (i >= a->count) return b->file[i].name;
    if (i >= b->count || strcmp(a->file[i].name, b->file[i].name) != 0 ||
        strcmp(a->file[i].hash, b->file[i].hash) != 0)
      return a->file[i].name;
  }
  return NULL;
}
