#include "report/writer.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
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

/* Removes the files of plots that an earlier report had in `sub` and this one has not: a page must
 * not lie beside figures that it does not know. Other files are left alone. */
static void remove_stale(const struct limen_document *document, const char *folder,
                         const char *sub) {
  static const char *const endings[] = {".gp", ".dat", ".svg", ".png"};
  char **names = NULL;
  size_t count = 0;
  char *path = limen_path_join(folder, sub, NULL);
  if (!path || limen_folder_list(path, &names, &count, NULL) != LIMEN_OK) goto done;
  for (size_t i = 0; i < count; i++) {
    size_t length = strcspn(names[i], ".");
    bool ours = false;
    for (size_t e = 0; e < 4; e++) ours |= strcmp(names[i] + length, endings[e]) == 0;
    const struct limen_plot *plot = find_plot(document, document->count, names[i], length);
    if (!ours || (plot && strcmp(limen_plot_folder(plot), sub) == 0)) continue;
    char *stale = limen_path_join(path, names[i], NULL);
    if (stale) unlink(stale);
    limen_free(stale);
  }
done:
  if (names) limen_folder_list_free(names, count);
  limen_free(path);
}

static int draw_plots(const struct limen_document *document, const char *folder,
                      struct limen_error *error) {
  for (size_t i = 0; i < document->count; i++) {
    const struct limen_plot *plot = document->block[i].plot;
    if (!plot) continue;
    if (find_plot(document, i, plot->name, strlen(plot->name)))
      return LIMEN_FAIL(error, LIMEN_FAILED, "two plots of one report are named %s", plot->name);
    char *path = limen_path_join(folder, limen_plot_folder(plot), error);
    int status = path ? limen_folder_make(path, error) : LIMEN_FAILED;
    if (status == LIMEN_OK) status = limen_plot_write(plot, path, error);
    limen_free(path);
    if (status != LIMEN_OK) return status;
  }
  remove_stale(document, folder, "plots");
  remove_stale(document, folder, "plots/timed");
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
  int status = LIMEN_OK;
  if (document->failed)
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while the report was put together");
  if ((status = limen_folder_make(folder, error)) != LIMEN_OK) goto done;
  if ((status = draw_plots(document, folder, error)) != LIMEN_OK) goto done;
  status = limen_html_page(&html, document, folder, reproduce, manifest_json, error);
  if (status != LIMEN_OK) goto done;
  status = limen_markdown_page(&markdown, document, reproduce, manifest_json != NULL, error);
  if (status != LIMEN_OK) goto done;
  /* Both pages exist in memory before either is replaced. */
  if ((status = write_page(folder, "index.html", &html, error)) != LIMEN_OK) goto done;
  status = write_page(folder, "report.md", &markdown, error);
done:
  limen_text_clear(&html);
  limen_text_clear(&markdown);
  return status;
}
