// An address for a picture in memory, given back when it is no longer shown.
import { useEffect, useState } from "preact/hooks";

export function useAddress(picture: Blob): string {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address;
}
