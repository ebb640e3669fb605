// Fetches the picture that will probably be read next, so that it is there when it is asked for.
import * as api from "../../api/reviewing";
import type { ImageView } from "../../model/reviewing";
import type { Locale } from "../../words/locale";

const KEPT = 6;

export class Prefetch {
  private readonly pictures = new Map<string, Promise<Blob>>();
  private next: string | undefined;

  picture(image: string): Promise<Blob> {
    const known = this.pictures.get(image);
    if (known) return known;
    const coming = api.picture(image);
    coming.catch(() => this.pictures.delete(image)); // so that asking again does ask again
    this.pictures.set(image, coming);
    for (const old of [...this.pictures.keys()].slice(0, -KEPT)) this.pictures.delete(old);
    return coming;
  }

  /** Looks which image comes after this one and fetches its picture; that it fails matters to nobody. */
  async following(locale: Locale, image: string): Promise<void> {
    const page = await api.queue(locale, "", 3).catch(() => undefined);
    this.next = page?.images.find((each) => each.id !== image && !each.held_by_another)?.id;
    if (this.next) await this.picture(this.next).catch(() => undefined);
  }

  /** Takes the prefetched image where it is still free, and otherwise whatever the server says is next. */
  async take(locale: Locale, skip: readonly string[]): Promise<ImageView | null> {
    const wanted = this.next;
    this.next = undefined;
    if (wanted && !skip.includes(wanted)) {
      const image = await api.open(wanted, locale).catch(() => undefined);
      if (image?.held_by_you && !image.read_by_you) return image;
    }
    return api.takeNext(locale, skip);
  }

  open(image: string, locale: Locale): Promise<ImageView> {
    return api.open(image, locale);
  }
}
