/* Engine faiss: from a factory string to an index with all rows in it. */
#include <faiss/IndexIDMap.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRefine.h>
#include <faiss/index_factory.h>

#include <algorithm>
#include <cstdlib>

extern "C" {
#include "base/threads.h"
}
#include "engines/faiss_index.h"

namespace {

/* ---- the factory ---- */

/* FAISS itself loops for ever on an M of 0. */
int check_factory(const std::string &factory, limen_error *error) {
  static const char word[] = "HNSW";
  for (size_t at = factory.find(word); at != std::string::npos; at = factory.find(word, at + 1)) {
    const char *digits = factory.c_str() + at + sizeof word - 1;
    if (*digits < '0' || *digits > '9') continue; /* FAISS's own M, 32 */
    const unsigned long M = std::strtoul(digits, nullptr, 10);
    if (M < LIMEN_M_MIN || M > LIMEN_M_MAX)
      return LIMEN_FAIL(error, LIMEN_USAGE, "factory %.200s: M is %.*s; %d to %d are possible",
                        factory.c_str(), static_cast<int>(std::strspn(digits, "0123456789")),
                        digits, LIMEN_M_MIN, LIMEN_M_MAX);
  }
  return LIMEN_OK;
}

/* What is inside of transformations, renumberings and second looks. */
faiss::Index *innermost(faiss::Index *index) {
  for (;;) {
    faiss::Index *inner = nullptr;
    if (auto *transformed = dynamic_cast<faiss::IndexPreTransform *>(index))
      inner = transformed->index;
    else if (auto *refined = dynamic_cast<faiss::IndexRefine *>(index))
      inner = refined->base_index;
    else if (auto *mapped = dynamic_cast<faiss::IndexIDMap *>(index))
      inner = mapped->index;
    if (!inner) return index;
    index = inner;
  }
}

int make_index(LimenFaiss &state, const limen_matrix *base, limen_error *error) {
  const limen_index_settings &settings = state.settings;
  const faiss::MetricType metric =
      settings.metric == LIMEN_L2 ? faiss::METRIC_L2 : faiss::METRIC_INNER_PRODUCT;
  state.factory =
      settings.factory ? settings.factory : "HNSW" + std::to_string(settings.M) + ",Flat";
  state.settings.factory = nullptr; /* lent; ours is above */
  int status = check_factory(state.factory, error);
  if (status != LIMEN_OK) return status;
  const std::string doing = "factory " + state.factory.substr(0, 200);
  status = limen_guarded(doing.c_str(), LIMEN_USAGE, error, [&] {
    state.index.reset(
        faiss::index_factory(static_cast<int>(base->columns), state.factory.c_str(), metric));
    return LIMEN_OK;
  });
  if (status != LIMEN_OK) return status;
  limen_faiss_prepare(&state);
  if (state.hnsw) {
    state.hnsw->hnsw.efConstruction = static_cast<int>(settings.ef_construction);
    state.hnsw->hnsw.rng = faiss::RandomGenerator(static_cast<int64_t>(settings.level_seed));
  }
  if (state.ivf) {
    if (state.ivf->nlist > base->rows)
      return LIMEN_FAIL(error, LIMEN_USAGE, "%s: %zu lists need as many rows; there are %zu",
                        doing.c_str(), state.ivf->nlist, base->rows);
    state.ivf->cp.min_points_per_centroid = 1; /* below, the library prints a warning */
  }
  return LIMEN_OK;
}

/* ---- building ---- */

/* FAISS takes levels that are there already, as many as there will be vectors; its own count from
 * 1. It knows a few levels only, those with a probability above 1e-9. */
void deal_levels(LimenFaiss &state, const size_t *order, size_t first, size_t count) {
  faiss::HNSW &hnsw = state.hnsw->hnsw;
  const int M = hnsw.nb_neighbors(1);
  for (size_t i = first; i < first + count; i++) {
    const unsigned level =
        limen_level_by_label(state.settings.level_seed, order[i], static_cast<size_t>(M));
    while (hnsw.cum_nneighbor_per_level.size() < level + 2)
      hnsw.cum_nneighbor_per_level.push_back(hnsw.cum_nneighbor_per_level.back() + M);
    hnsw.levels.push_back(static_cast<int>(level) + 1);
  }
}

int add_rows(LimenFaiss &state, const limen_matrix *base, const size_t *order, limen_error *error) {
  const size_t rows = base->rows, columns = base->columns;
  const size_t batch = state.settings.batch == 0 ? rows : std::min(state.settings.batch, rows);
  std::vector<float> values(batch * columns);
  for (size_t first = 0; first < rows; first += batch) {
    const size_t count = std::min(batch, rows - first);
    if (limen_interrupted()) return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    for (size_t i = 0; i < count; i++)
      std::copy_n(base->values + order[first + i] * columns, columns, &values[i * columns]);
    if (state.hnsw && state.settings.levels == LIMEN_LEVELS_BY_LABEL)
      deal_levels(state, order, first, count);
    state.index->add(static_cast<int64_t>(count), values.data());
  }
  state.row.assign(order, order + rows);
  return LIMEN_OK;
}

}  // namespace

/* HNSW over two levels of quantizers has a search of its own. */
void limen_faiss_prepare(LimenFaiss *state) {
  faiss::Index *inner = innermost(state->index.get());
  state->hnsw = dynamic_cast<faiss::IndexHNSW *>(inner);
  state->ivf = dynamic_cast<faiss::IndexIVF *>(inner);
  if (!state->hnsw || inner != state->index.get() || dynamic_cast<faiss::IndexHNSW2Level *>(inner))
    return;
  state->distances = std::make_unique<LimenDistances>(*state->hnsw->storage);
  state->visited = std::make_unique<faiss::VisitedTable>(static_cast<int>(inner->ntotal));
}

int limen_faiss_build(const limen_matrix *base, const size_t *order,
                      const limen_index_settings *settings, void **out, limen_error *error) {
  return limen_guarded("building", LIMEN_FAILED, error, [&] {
    auto state = std::make_unique<LimenFaiss>();
    state->settings = *settings;
    LimenTeam team(settings->threads);
    int status = make_index(*state, base, error);
    if (status != LIMEN_OK) return status;
    if (!state->index->is_trained)
      state->index->train(static_cast<int64_t>(base->rows), base->values);
    status = add_rows(*state, base, order, error);
    if (status != LIMEN_OK) return status;
    limen_faiss_prepare(state.get());
    *out = state.release();
    return static_cast<int>(LIMEN_OK);
  });
}
