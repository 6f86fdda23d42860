#include "report/writer.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "report/pages.h"

const char *limen_plot_folder(const struct limen_plot *plot) {
  return plot->timed ? "plots/timed" : "plots";
}

/* ---- plots ---- */

static const struct limen_plot *find_plot(const struct limen_document *document, size_t before,
                                          const char *name, size_t length) {
  for (size_t i = 0; i < before; i++) {
    const struct limen_plot *plot = document->block[i].plot;
    if (plot && strlen(plot->name) == length && memcmp(plot->name, name, length) == 0) return plot;
  }
  return NULL;
}

void limen_report_plots(const struct limen_document *document, struct limen_text *out) {
  for (size_t i = 0; i < document->count; i++) {
    const struct limen_plot *plot = document->block[i].plot;
    if (plot) limen_text_print(out, "%s/%s\n", limen_plot_folder(plot), plot->name);
  }
}

/* Removes the four files of the plot at `line`, "plots/NAME", unless the document has it. The line
 * comes from a store, which may be a stranger's: it may name nothing but a plot. */
static int drop_plot(const struct limen_document *document, const char *folder, const char *line,
                     struct limen_error *error) {
  static const char *const endings[] = {".gp", ".dat", ".svg", ".png"};
  const char *slash = strrchr(line, '/'), *name = slash ? slash + 1 : "";
  size_t length = slash ? (size_t)(slash - line) : 0;
  const struct limen_plot *plot = find_plot(document, document->count, name, strlen(name));
  bool ours = limen_plot_name_is_good(name) &&
              ((length == strlen("plots") && memcmp(line, "plots", length) == 0) ||
               (length == strlen("plots/timed") && memcmp(line, "plots/timed", length) == 0));
  if (!ours || (plot && strncmp(limen_plot_folder(plot), line, length) == 0 &&
                strlen(limen_plot_folder(plot)) == length))
    return LIMEN_OK;
  for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
    char *path = limen_print(error, "%s/%s%s", folder, line, endings[e]);
    if (!path) return LIMEN_FAILED;
    unlink(path);
    limen_free(path);
  }
  return LIMEN_OK;
}

int limen_report_drop_plots(const struct limen_document *document, const char *folder,
                            const char *earlier, struct limen_error *error) {
  char *copy = limen_copy_text(earlier, error), *rest = copy;
  int status = copy || !earlier ? LIMEN_OK : LIMEN_FAILED;
  for (char *line; status == LIMEN_OK && (line = strsep(&rest, "\n"));)
    status = drop_plot(document, folder, line, error);
  limen_free(copy);
  return status;
}

static int draw_plots(const struct limen_document *document, const char *folder,
                      struct limen_error *error) {
  for (size_t i = 0; i < document->count; i++) {
    const struct limen_plot *plot = document->block[i].plot;
    if (!plot) continue;
    if (limen_interrupted()) return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    if (find_plot(document, i, plot->name, strlen(plot->name)))
      return LIMEN_FAIL(error, LIMEN_FAILED, "two plots of one report are named %s", plot->name);
    char *path = limen_path_join(folder, limen_plot_folder(plot), error);
    int status = path ? limen_folder_make(path, error) : LIMEN_FAILED;
    if (status == LIMEN_OK) status = limen_plot_write(plot, path, error);
    limen_free(path);
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

/* ---- pages ---- */

static int write_page(const char *folder, const char *name, const struct limen_text *page,
                      struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? limen_file_write(path, page->data, page->length, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

int limen_report_write(const struct limen_document *document, const char *folder,
                       const char *reproduce, const char *manifest_json,
                       struct limen_error *error) {
  struct limen_text html = {0}, markdown = {0};
  const size_t before = limen_texts_cut();
  int status = LIMEN_OK;
  if (document->failed)
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while the report was put together");
  if ((status = limen_folder_make(folder, error)) != LIMEN_OK) goto done;
  if ((status = draw_plots(document, folder, error)) != LIMEN_OK) goto done;
  status = limen_html_page(&html, document, folder, reproduce, manifest_json, error);
  if (status != LIMEN_OK) goto done;
  status = limen_markdown_page(&markdown, document, reproduce, manifest_json != NULL, error);
  if (status != LIMEN_OK) goto done;
  if (limen_texts_cut() != before) {
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while the pages were put together");
    goto done;
  }
  /* Both pages exist in memory before either is replaced. */
  if ((status = write_page(folder, "index.html", &html, error)) != LIMEN_OK) goto done;
  status = write_page(folder, "report.md", &markdown, error);
done:
  limen_text_clear(&html);
  limen_text_clear(&markdown);
  return status;
}
