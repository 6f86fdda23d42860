/* Adding a system: one line. What an index does with ef < k is to take k. */
#include "experiments/kinds/recall/report_vendors.h"

/* name, M, ef_construction, ef, factor, most ef, own engine, source, year */
const struct recall_vendor recall_vendors[] = {
    {"hnswlib", 16, 200, 10, 0, 0, "hnswlib", "hnswlib 0.6.2, hnswalg.h", 2022},
    {"FAISS", 32, 40, 16, 0, 0, "faiss", "FAISS 1.7.3, IndexHNSW.h and HNSW.h", 2022},
    {"Chroma", 16, 100, 10, 0, 0, NULL, "Chroma's hnsw_params.py", 2023},
    {"Weaviate", 64, 128, 100, 8, 500, NULL, "Weaviate's manual, vector index settings: ef -1",
     2023},
    {"Qdrant", 16, 100, 100, 0, 0, NULL, "Qdrant's hnsw_index/config.rs: ef is ef_construct", 2023},
    {"pgvector", 16, 64, 40, 0, 0, NULL, "pgvector 0.5.0, hnsw.h", 2023},
    {"Redis", 16, 200, 10, 0, 0, NULL, "RediSearch's VectorSimilarity, vec_sim_common.h", 2023},
    {"Marqo", 16, 512, 2000, 0, 0, NULL, "Marqo 2's manual, HNSW parameters and search", 2024},
    {0},
};

int64_t recall_vendor_ef(const struct recall_vendor *vendor, int64_t k) {
  if (vendor->factor == 0) return vendor->ef;
  const int64_t wish = vendor->factor * k;
  return wish < vendor->ef ? vendor->ef : wish > vendor->ef_most ? vendor->ef_most : wish;
}
