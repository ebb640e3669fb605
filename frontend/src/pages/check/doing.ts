// What a check does with photos and sends to the server; fetched once the first screen stands.
import { outlineCrop } from "../../api/checking";
import { base64, cutOut, measuredPixels, readPhoto, type Picture } from "../../canvas/pictures";
import type { Crop, IssueCode } from "../../model/api";
import { centreOf, partAround, sentPart, shareOf } from "../../model/crop";
import type { DraftPhoto, SentPhoto } from "../../model/draft";
import { issues, measure } from "../../model/quality";

export { assess, forget, recovery } from "../../api/checking";
export { base64, readPhoto } from "../../canvas/pictures";

const SENT_SIDE = 1024; // more than the models look at, little enough for a slow line
const PROPOSAL_SIDE = 512;
const WHOLE: Crop = { x: 0, y: 0, width: 1, height: 1 };

export async function propose(picture: Blob): Promise<Crop | null> {
  return outlineCrop(await base64((await cutOut(picture, WHOLE, PROPOSAL_SIDE)).blob));
}

/** A later photo of the spot, cut about the spot as closely as the earlier one was, so that sizes can be told apart. */
export async function cutAlike(file: Blob, earlier: SentPhoto): Promise<Picture> {
  const whole = await readPhoto(file);
  const spot = await propose(whole.blob);
  return cutOut(whole.blob, partAround(centreOf(spot ?? WHOLE), earlier.share, whole), SENT_SIDE);
}

export async function inspect(picture: Blob, crop: Crop): Promise<IssueCode[]> {
  const bitmap = await createImageBitmap(picture);
  try {
    const side = Math.min(crop.width * bitmap.width, crop.height * bitmap.height);
    return issues(measure(measuredPixels(bitmap, bitmap, crop)), side);
  } finally {
    bitmap.close();
  }
}

export async function cut(photo: DraftPhoto): Promise<SentPhoto> {
  const { part, crop } = sentPart(photo.crop);
  const { blob, width, height } = await cutOut(photo.picture, part, SENT_SIDE);
  return { picture: blob, crop, width, height, share: shareOf(part, photo) };
}
