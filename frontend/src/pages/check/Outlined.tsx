// A photo, or the part of it that was looked at, with the spot's outline and what spoke for the label laid over it.
import type { Crop } from "../../model/api";
import type { Size } from "../../model/crop";
import { useAddress } from "../../parts/useAddress";

interface OutlinedProps {
  picture: Blob;
  size: Size;
  label: string;
  frame?: Crop;
  heatmap?: string | null | undefined;
  points?: readonly (readonly number[])[] | null | undefined;
}

const WHOLE: Crop = { x: 0, y: 0, width: 1, height: 1 };

export function Outlined({ picture, size, label, frame = WHOLE, heatmap, points }: OutlinedProps) {
  const { width, height } = size;
  const address = useAddress(picture);
  const place = { x: frame.x * width, y: frame.y * height, width: frame.width * width, height: frame.height * height };
  const corners = (points ?? []).map(([x = 0, y = 0]) => `${x * width},${y * height}`).join(" ");
  return (
    <svg viewBox={[place.x, place.y, place.width, place.height].join(" ")} role="img" aria-label={label}>
      {address && <image href={address} width={width} height={height} />}
      {heatmap && <image class="looked-heat" href={heatmap} {...place} preserveAspectRatio="none" />}
      {corners && (
        <>
          <polygon class="looked-outline-under" points={corners} />
          <polygon class="looked-outline" points={corners} />
        </>
      )}
    </svg>
  );
}
