// The simple passes over whole maps and weights, written plainly: the compiler makes good vector code of them.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

using bf16 = uint16_t;

inline float widen(bf16 v) {
  uint32_t bits = uint32_t(v) << 16;
  float out;
  std::memcpy(&out, &bits, 4);
  return out;
}

inline bf16 narrow(float v) {
  uint32_t bits;
  std::memcpy(&bits, &v, 4);
  return bf16((bits + 0x8000u) >> 16);
}

}  // namespace

extern "C" {

// map += bias, and the block's own input where it is passed by.
void finish_block(bf16* map, const float* bias, const bf16* passed, long rows, int channels) {
  for (long r = 0; r < rows; ++r) {
    bf16* line = map + r * channels;
    if (passed == nullptr) {
      for (int c = 0; c < channels; ++c) line[c] = narrow(widen(line[c]) + bias[c]);
    } else {
      const bf16* other = passed + r * channels;
      for (int c = 0; c < channels; ++c) line[c] = narrow(widen(line[c]) + bias[c] + widen(other[c]));
    }
  }
}

// A map on the 256 steps that int8 leaves between its least and its largest value, nought always being one of them.
void to_grid(bf16* map, long count, float reach) {
  float least = 0.f, most = 0.f;
  for (long i = 0; i < count; ++i) least = std::min(least, widen(map[i])), most = std::max(most, widen(map[i]));
  const float step = reach * (most - least) / 255.f, per = step > 0.f ? 1.f / step : 0.f;
  for (long i = 0; i < count; ++i) map[i] = narrow(std::nearbyintf(widen(map[i]) * per) * step);
}

void sum_rows(const bf16* map, float* sums, long rows, int channels) {
  for (long r = 0; r < rows; ++r)
    for (int c = 0; c < channels; ++c) sums[c] += widen(map[r * channels + c]);
}

// Averages of relu6(map + bias) over each picture's places, and the way back.
void pool(const bf16* map, const float* bias, float* out, int pictures, int places, int channels, float step) {
  const float per = step > 0.f ? 1.f / step : 0.f;
  for (int n = 0; n < pictures; ++n) {
    float* sums = out + size_t(n) * channels;
    std::fill(sums, sums + channels, 0.f);
    for (int p = 0; p < places; ++p) {
      const bf16* line = map + (size_t(n) * places + p) * channels;
      for (int c = 0; c < channels; ++c) {
        const float v = std::min(std::max(widen(line[c]) + bias[c], 0.f), 6.f);
        sums[c] += step > 0.f ? std::nearbyintf(v * per) * step : v;
      }
    }
    for (int c = 0; c < channels; ++c) sums[c] /= places;
  }
}

void pool_back(const bf16* map, const float* bias, const float* given, bf16* to_map, float* to_bias, int pictures,
               int places, int channels) {
  for (int n = 0; n < pictures; ++n)
    for (int p = 0; p < places; ++p) {
      const size_t at = (size_t(n) * places + p) * channels;
      const float* g = given + size_t(n) * channels;
      for (int c = 0; c < channels; ++c) {
        const float v = widen(map[at + c]) + bias[c];
        const float back = v > 0.f && v < 6.f ? g[c] / places : 0.f;
        to_bias[c] += back;
        to_map[at + c] = narrow(back);
      }
    }
}

// AdamW whose step is in proportion to each weight's own magnitude, and the running average of the weights.
void adamw(float* weight, const float* gradient, float* first, float* second, float* average, const float* magnitude,
           const float* decayed, long count, float rate, float decay, float clip, float correct1, float correct2,
           float keep) {
  const float beta1 = 0.9f, beta2 = 0.99f;
  for (long i = 0; i < count; ++i) {
    const float g = gradient[i] * clip;
    first[i] += (1 - beta1) * (g - first[i]);
    second[i] += (1 - beta2) * (g * g - second[i]);
    const float way = (first[i] * correct1) / (std::sqrt(second[i] * correct2) + 1e-8f);
    weight[i] -= rate * (magnitude[i] * way + decay * decayed[i] * weight[i]);
    average[i] += (1 - keep) * (weight[i] - average[i]);
  }
}

}  // extern "C"
