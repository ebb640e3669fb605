// One picture seen as another camera might have seen it: an affine map with mirrored borders, then another light.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" void view(const uint8_t* from, int side, uint8_t* to, int size, const float* map, const float* light) {
  std::vector<float> seen(size_t(size) * size * 3);
  double total[3] = {0, 0, 0};
  auto reflect = [side](int i) {
    i = i < 0 ? -i - 1 : i;
    i %= 2 * side;
    return i < side ? i : 2 * side - 1 - i;
  };
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float sx = map[0] * x + map[1] * y + map[2], sy = map[3] * x + map[4] * y + map[5];
      const float fx = std::floor(sx), fy = std::floor(sy), ax = sx - fx, ay = sy - fy;
      const int x0 = reflect(int(fx)), x1 = reflect(int(fx) + 1), y0 = reflect(int(fy)), y1 = reflect(int(fy) + 1);
      const uint8_t *a = from + (y0 * side + x0) * 3, *b = from + (y0 * side + x1) * 3;
      const uint8_t *c = from + (y1 * side + x0) * 3, *d = from + (y1 * side + x1) * 3;
      float* out = &seen[(size_t(y) * size + x) * 3];
      for (int k = 0; k < 3; ++k)
        out[k] = (a[k] * (1 - ax) + b[k] * ax) * (1 - ay) + (c[k] * (1 - ax) + d[k] * ax) * ay;
      const float grey = (out[0] + out[1] + out[2]) / 3;
      for (int k = 0; k < 3; ++k) {
        out[k] = grey + (out[k] - grey) * light[0];
        total[k] += out[k];
      }
    }
  float slope[3], shift[3];
  for (int k = 0; k < 3; ++k) {
    const float mean = float(total[k] / (double(size) * size));
    slope[k] = light[1] * light[2 + k];
    shift[k] = (mean - mean * light[1]) * light[2 + k] + light[5] + 0.5f;
  }
  for (size_t i = 0; i < seen.size(); i += 3)
    for (int k = 0; k < 3; ++k) to[i + k] = uint8_t(std::min(std::max(seen[i + k] * slope[k] + shift[k], 0.f), 255.f));
}
