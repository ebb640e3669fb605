// The models beside the two that every answer comes from: which there are, and what one says of a photo.
import type { Schemas, Whole } from "../model/api";
import { rounded } from "../model/crop";
import type { SentPhoto } from "../model/draft";
import { ask } from "./ask";
import { forget } from "./checking";

export type Answer = Whole<Schemas["Answer"]>;

const ASSESSING = new Set(["disease", "malignancy"]);

/** By name; a model that was published a minute ago is among them. */
export async function furtherModels(): Promise<string[]> {
  const { models } = await ask("get", "/api/models");
  return models.filter(({ kind, name }) => kind === "classifier" && !ASSESSING.has(name)).map(({ name }) => name);
}

/** Its answer is shown and not kept: the case that the server makes of it is deleted at once. */
export async function askModel(
  name: string,
  photo: SentPhoto,
  locale: string,
  encode: (picture: Blob) => Promise<string>,
): Promise<Answer> {
  const body = { image: await encode(photo.picture), crop: rounded(photo.crop), locale };
  const answer = await ask("post", "/api/models/{name}/predict", { path: { name }, body });
  if (answer.token) await forget(answer.id, answer.token).catch(() => undefined);
  return answer;
}
