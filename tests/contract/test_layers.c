/* The shape of the sources: layers look to the left only, the library neither prints nor exits,
 * JSON goes through one place, and every plug-in has its line in its list. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"

/* ---- the sources ---- */

struct source {
  char *path; /* relative to the project's folder */
  char *text;
};

static struct source *sources;
static size_t n_sources;

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void add_sources(const char *folder) {
  static const char *const endings[] = {".c", ".h", ".cpp", ".def"};
  char *root = path_of(LIMEN_SOURCE_DIR, folder);
  struct snapshot all = {0};
  if (is_there(LIMEN_SOURCE_DIR, folder)) all = snapshot_take(root, false);
  for (size_t i = 0; i < all.count; i++) {
    bool ours = false;
    for (size_t e = 0; e < 4; e++) ours = ours || ends_with(all.file[i].name, endings[e]);
    if (!ours) continue;
    char *path = path_of(root, all.file[i].name);
    sources = realloc(sources, (n_sources + 1) * sizeof *sources);
    assert_non_null(sources);
    sources[n_sources++] =
        (struct source){path_of(folder, all.file[i].name), read_whole(path, NULL)};
    free(path);
  }
  snapshot_clear(&all);
  free(root);
}

static int read_sources(void **state) {
  (void)state;
  add_sources("harness");
  add_sources("datasets");
  add_sources("experiments/kinds");
  return n_sources > 100 ? 0 : -1;
}

static int forget_sources(void **state) {
  (void)state;
  for (size_t i = 0; i < n_sources; i++) {
    free(sources[i].path);
    free(sources[i].text);
  }
  free(sources);
  return 0;
}

/* ---- layers ---- */

/* In order: each may include itself and those before it. */
static const char *const layers[] = {"base",      "definition", "stats",   "data",   "knn",
                                     "dimension", "orders",     "engines", "limits", "retrieval",
                                     "measures",  "store",      "run",     "report", "gate",
                                     "cli",       NULL};

/* Rank of the layer whose name `path` starts with, up to a slash; -1: none. */
static int rank_of(const char *path) {
  size_t length = strcspn(path, "/");
  for (int i = 0; layers[i]; i++)
    if (strlen(layers[i]) == length && strncmp(layers[i], path, length) == 0 && path[length] == '/')
      return i;
  return -1;
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Whether the source `from` ("harness/run/plan.c") may include `to` ("store/store.h"). */
static bool may_include(const char *from, const char *to) {
  bool to_kinds = starts_with(to, "experiments/kinds/"), to_datasets = starts_with(to, "datasets/");
  int right = rank_of(to);
  if (right < 0 && !to_kinds && !to_datasets) return false; /* nothing that we know */
  if (starts_with(from, "experiments/kinds/")) return right != rank_of("cli/");
  if (starts_with(from, "datasets/"))
    return to_datasets || (right >= 0 && right <= rank_of("data/"));
  /* The one place that knows the tables and hands them down. */
  if (strcmp(from, "harness/cli/main.c") == 0 && ends_with(to, ".h")) return true;
  if (to_kinds || to_datasets || !starts_with(from, "harness/")) return false;
  int left = rank_of(from + strlen("harness/"));
  return left >= 0 && right <= left;
}

static void the_rule_itself(void **state) {
  (void)state;
  assert_true(may_include("harness/run/plan.c", "store/store.h"));
  assert_true(may_include("harness/run/plan.c", "run/plan.h"));
  assert_false(may_include("harness/run/plan.c", "report/document.h"));
  assert_false(may_include("harness/base/file.c", "definition/words.h"));
  assert_false(may_include("harness/cli/import.c", "experiments/kinds/critical_n/critical_n.h"));
  assert_true(may_include("harness/cli/main.c", "experiments/kinds/kinds.h"));
  assert_false(may_include("harness/report/html.c", "experiments/kinds/kinds.h"));
  assert_true(may_include("experiments/kinds/critical_n.c", "report/document.h"));
  assert_false(may_include("experiments/kinds/critical_n.c", "cli/session.h"));
  assert_true(may_include("datasets/shells.c", "data/npy.h"));
  assert_false(may_include("datasets/shells.c", "knn/exact.h"));
  assert_false(may_include("datasets/shells.c", "experiments/kinds/kinds.h"));
  assert_false(may_include("harness/run/plan.c", "plan.h")); /* paths start at the layer */
  assert_false(may_include("harness/base/file.c", "database/file.h"));
  assert_false(may_include("harness/extra/file.c", "base/file.h")); /* no layer of ours */
}

static void layers_look_to_the_left(void **state) {
  (void)state;
  size_t seen = 0;
  for (size_t i = 0; i < n_sources; i++) {
    const char *at = sources[i].text;
    while ((at = strstr(at, "#include \""))) {
      at += strlen("#include \"");
      char to[256];
      snprintf(to, sizeof to, "%.*s", (int)strcspn(at, "\"\n"), at);
      if (!may_include(sources[i].path, to)) fail_msg("%s includes %s", sources[i].path, to);
      seen++;
    }
  }
  assert_true(seen > 200);
}

/* ---- what a library does not do ---- */

/* Blanks comments, strings and characters, so that only code is left; `text` keeps its length. */
static void leave_code(char *text) {
  enum { CODE, LINE, BLOCK, STRING, CHARACTER } in = CODE;
  for (char *c = text; *c; c++) {
    char now = *c, next = c[1];
    if (in == CODE) {
      in = now == '"'                  ? STRING
           : now == '\''               ? CHARACTER
           : now == '/' && next == '/' ? LINE
           : now == '/' && next == '*' ? BLOCK
                                       : CODE;
      if (in == BLOCK || in == LINE) *c = c[1] = ' ', c++;
    } else if (in == LINE && now == '\n') {
      in = CODE;
    } else if (in == BLOCK && now == '*' && next == '/') {
      *c = c[1] = ' ', c++;
      in = CODE;
    } else if ((in == STRING && now == '"') || (in == CHARACTER && now == '\'')) {
      in = CODE;
    } else {
      bool escape = now == '\\' && (in == STRING || in == CHARACTER) && next;
      *c = ' ';
      if (escape) *++c = ' ';
    }
  }
}

/* Whether `code` calls the function `word`, or for "stdout" and "stderr" names it at all. Members
 * of structs and the words of attributes are something else. */
static bool uses(const char *code, const char *word) {
  size_t length = strlen(word);
  bool stream = starts_with(word, "std");
  for (const char *at = code; (at = strstr(at, word)); at++) {
    const char *end = at + length;
    char before = at == code ? ' ' : at[-1];
    if (!isalnum((unsigned char)before) && before != '_' && before != '.' && before != '>' &&
        !isalnum((unsigned char)*end) && *end != '_' && (stream || end[strspn(end, " \n")] == '('))
      return true;
  }
  return false;
}

static const char *const forbidden[] = {"printf",  "vprintf",    "puts",   "putchar", "perror",
                                        "stdout",  "stderr",     "exit",   "_exit",   "_Exit",
                                        "abort",   "quick_exit", "system", "popen",   "getenv",
                                        "setenv",  "putenv",     "strtok", "rand",    "srand",
                                        "drand48", "sprintf",    "gets",   "signal",  "sigaction"};

/* Who may all the same, and why. A line that nobody needs any more is an error too. */
static const struct {
  const char *path, *word, *why;
} exceptions[] = {
    {"harness/base/progress.c", "stderr", "is what shows progress"},
    {"harness/base/threads.c", "_exit", "a second interruption ends the program at once"},
    {"harness/base/threads.c", "signal", "is what installs the handlers"},
    {"harness/base/threads.c", "sigaction", "is what installs the handlers"},
    {"harness/data/child.c", "_exit", "ends the child process, not the program"},
    {"harness/data/child.c", "signal", "gives the child the usual handlers back"},
    {"harness/data/mapping.c", "getenv", "the user says where temporary files are"},
    {"harness/base/machine.c", "getenv", "tells which BLAS kernels the user forced"},
    {"harness/store/cache.c", "getenv", "the user says where the cache is"},
};
enum { EXCEPTIONS = sizeof exceptions / sizeof *exceptions };

static void blanking_itself(void **state) {
  (void)state;
  char text[] = "a /* exit( */ \"puts \\\" exit\" 'x' b; // abort()\nc('\\'', \"\"); / d";
  leave_code(text);
  assert_string_equal(text, "a             \"            \" ' ' b;           \nc('  ', \"\"); / d");
  assert_true(uses("if (x) exit(1);", "exit"));
  assert_false(uses("limen_exit(1); _exit(2); exits(3)", "exit"));
  assert_false(uses("run->exit(); run.exit()", "exit"));
  assert_false(uses("__attribute__((format(printf, 2, 3)))", "printf"));
  assert_true(uses("x = getenv (name)", "getenv"));
  assert_true(uses("fputs(text, stderr)", "stderr"));
}

static void the_library_neither_prints_nor_exits(void **state) {
  (void)state;
  bool needed[EXCEPTIONS] = {0};
  for (size_t i = 0; i < n_sources; i++) {
    if (starts_with(sources[i].path, "harness/cli/")) continue;
    char *code = strdup(sources[i].text);
    leave_code(code);
    for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++) {
      bool allowed = false;
      if (!uses(code, forbidden[w])) continue;
      for (size_t e = 0; e < EXCEPTIONS; e++) {
        if (strcmp(exceptions[e].path, sources[i].path) != 0 ||
            strcmp(exceptions[e].word, forbidden[w]) != 0)
          continue;
        allowed = needed[e] = true;
      }
      if (!allowed) fail_msg("%s uses %s", sources[i].path, forbidden[w]);
    }
    free(code);
  }
  for (size_t e = 0; e < EXCEPTIONS; e++)
    if (!needed[e]) fail_msg("%s needs no %s any more", exceptions[e].path, exceptions[e].word);
}

/* ---- JSON ---- */

/* jansson tells memory that ran out as a syntax error, or leaves an element out: base/json.h is who
 * knows. */
static void json_goes_through_one_place(void **state) {
  (void)state;
  static const char *const words[] = {"json_loads",  "json_loadb",    "json_load_file",
                                      "json_dumps",  "json_dumpf",    "json_dump_file",
                                      "json_unpack", "json_unpack_ex"};
  for (size_t i = 0; i < n_sources; i++) {
    if (strcmp(sources[i].path, "harness/base/json.c") == 0) continue;
    char *code = strdup(sources[i].text);
    leave_code(code);
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
      if (uses(code, words[w]))
        fail_msg("%s uses %s in place of limen_json_...", sources[i].path, words[w]);
    free(code);
  }
}

/* ---- registries ---- */

/* "const struct TYPE NAME = {" at the start of a line. */
struct entry {
  char type[64], name[96];
  const char *path;
};

static struct entry entries[1024];
static size_t n_entries;

static void find_entries(const struct source *source) {
  for (const char *at = source->text; (at = strstr(at, "const struct ")); at++) {
    struct entry entry = {.path = source->path};
    char brace = 0;
    if (at > source->text && at[-1] != '\n') continue;
    if (sscanf(at, "const struct %63[a-z0-9_] %95[a-z0-9_] = %c", entry.type, entry.name, &brace) ==
            3 &&
        brace == '{' && n_entries < sizeof entries / sizeof *entries)
      entries[n_entries++] = entry;
  }
}

/* How many lines of all lists name an entry. */
static size_t count_lines(const char *name) {
  char line[160];
  size_t count = 0;
  snprintf(line, sizeof line, "LIMEN_ENTRY(%s)\n", name);
  for (size_t i = 0; i < n_sources; i++)
    for (const char *at = sources[i].text;
         ends_with(sources[i].path, ".def") && (at = strstr(at, line)); at++)
      count++;
  return count;
}

static const struct entry *find_entry(const char *name) {
  for (size_t i = 0; i < n_entries; i++)
    if (strcmp(entries[i].name, name) == 0) return &entries[i];
  return NULL;
}

/* Types of which one entry stands in a list: all others must stand there too. */
static void every_plug_in_has_its_line(void **state) {
  (void)state;
  const char *types[64];
  size_t n_types = 0, lists = 0;
  for (size_t i = 0; i < n_sources; i++)
    if (ends_with(sources[i].path, ".c")) find_entries(&sources[i]);
  for (size_t i = 0; i < n_sources; i++) {
    if (!ends_with(sources[i].path, ".def")) continue;
    lists++;
    for (const char *at = sources[i].text; (at = strstr(at, "LIMEN_ENTRY(")); at++) {
      char name[96];
      assert_int_equal(sscanf(at, "LIMEN_ENTRY(%95[a-z0-9_])", name), 1);
      const struct entry *entry = find_entry(name);
      if (!entry && starts_with(sources[i].path, "harness/engines/")) continue; /* C++ */
      if (!entry) fail_msg("%s names %s, which no file defines", sources[i].path, name);
      if (n_types < 64) types[n_types++] = entry->type;
    }
  }
  for (size_t i = 0; i < n_entries; i++) {
    bool registered = false;
    for (size_t t = 0; t < n_types; t++)
      registered = registered || strcmp(types[t], entries[i].type) == 0;
    if (registered && count_lines(entries[i].name) != 1)
      fail_msg("%s: %s has %zu lines in its list in place of one", entries[i].path, entries[i].name,
               count_lines(entries[i].name));
  }
  assert_true(lists >= 6 && n_types >= 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_rule_itself),
      cmocka_unit_test(layers_look_to_the_left),
      cmocka_unit_test(blanking_itself),
      cmocka_unit_test(the_library_neither_prints_nor_exits),
      cmocka_unit_test(json_goes_through_one_place),
      cmocka_unit_test(every_plug_in_has_its_line),
  };
  return cmocka_run_group_tests(tests, read_sources, forget_sources);
}
