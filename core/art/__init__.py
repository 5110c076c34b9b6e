"""Art channels: which places tag what is posted there, what was posted, and what people corrected."""

from core.art.channels import ArtChannels, ArtStyle
from core.art.posts import ArtPicture, ArtPost, ArtPosts, Shown

__all__ = ["ArtChannels", "ArtPicture", "ArtPost", "ArtPosts", "ArtStyle", "Shown"]
